"""Icons are drawn in the pages, and the script that would draw them is gone."""

from types import SimpleNamespace

import pytest
from sphinx.errors import ExtensionError

from examlab.reading.publish import icons

SCRIPT = (
    'var q={pencil:[512,512,[9999,61504,"pencil-alt"],"f303","M5 pencil"]};'
    'var r={file:[384,512,[128196],"f15b","M1 regular"]};'
    'var s={sun:[512,512,[9728],"f185","M2 sun"],file:[384,512,[128196,128459],"f15b","M3 solid"],'
    '"angle-left":[320,512,[8249],"f104","M4 left"]};'
)
TAG = '  <script defer src="../_static/scripts/fontawesome.js?digest=1"></script>\n'


def test_an_icon_keeps_what_the_theme_knows_it_by():
    page = '<p><i class="theme-switch fa-solid fa-sun   fa-lg" data-mode="light" title="Light"></i></p>'
    assert icons.with_icons(page, SCRIPT) == (
        '<p><svg class="examlab-icon theme-switch fa-solid fa-sun fa-lg" data-mode="light" '
        'viewBox="0 0 512 512" aria-hidden="true"><path fill="currentColor" d="M2 sun"></path></svg></p>'
    )


def test_of_two_styles_the_filled_one():
    assert 'd="M3 solid"' in icons.with_icons('<span class="fas fa-file"></span>', SCRIPT)
    assert 'viewBox="0 0 320 512"' in icons.with_icons('<i class="fa-solid fa-angle-left"></i>', SCRIPT)


def test_an_icon_is_found_by_its_older_name_too():
    assert 'd="M5 pencil"' in icons.with_icons('<i class="fas fa-pencil-alt"></i>', SCRIPT)


def test_the_script_goes_and_all_else_stays():
    page = '<script src="a.js"></script>\n<i class="note"></i> far-off <em>fa-sun</em>\n'
    assert icons.with_icons(page + TAG, SCRIPT) == page


def test_an_unknown_icon_stops_the_build():
    with pytest.raises(ExtensionError, match="no icon 'moon'"):
        icons.with_icons('<i class="fa-solid fa-moon"></i>', SCRIPT)


def test_a_site_is_done_once(tmp_path):
    script = tmp_path / "_static" / "scripts" / "fontawesome.js"
    script.parent.mkdir(parents=True)
    script.write_text(SCRIPT)
    page = tmp_path / "deep" / "page.html"
    page.parent.mkdir()
    page.write_text(TAG + '<i class="fa-solid fa-sun"></i>')
    app = SimpleNamespace(outdir=str(tmp_path), builder=SimpleNamespace(format="html"))
    icons.draw_icons(app, ValueError("the build failed"))
    assert TAG in page.read_text()
    icons.draw_icons(app, None)
    done = page.read_text()
    assert "M2 sun" in done and not script.exists()
    icons.draw_icons(app, None)  # an unchanged page, and no script any more
    assert page.read_text() == done
