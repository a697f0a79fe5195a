from app.lib.text import plain


def test_plain_text_keeps_the_rows_of_a_table():
    assert plain("Errors:\n\n| Region | Rate |\n|---|---|\n| EU | 4 % |\n| US | 0 % |\n\nMore soon.") == (
        "Errors:\n\nRegion | Rate\nEU | 4 %\nUS | 0 %\n\nMore soon."
    )
