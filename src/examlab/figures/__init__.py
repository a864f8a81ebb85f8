"""Floor 2, the drawing room: parameters in, a Matplotlib figure out, and beside each a description in words.

Nothing here keeps state or shows a figure: whoever calls decides where the figure goes.
"""
