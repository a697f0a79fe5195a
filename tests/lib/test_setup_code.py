from concurrent.futures import ThreadPoolExecutor

from app.lib import setup_code


def test_a_code_is_made_once_and_kept_to_its_owner(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        codes = set(pool.map(lambda _: setup_code.ensure(tmp_path), range(40)))
    assert len(codes) == 1
    assert len(codes.pop()) == setup_code.LENGTH
    assert [file.name for file in tmp_path.iterdir()] == [setup_code.FILE]
    assert (tmp_path / setup_code.FILE).stat().st_mode & 0o777 == 0o600


def test_it_matches_as_people_type_it(tmp_path):
    code = setup_code.ensure(tmp_path)
    assert setup_code.matches(tmp_path, f" {code[:5].lower()} - {code[5:]}\n")
    for wrong in ("", code[:-1], code + "2", "é" * 10):
        assert not setup_code.matches(tmp_path, wrong)


def test_forgotten_it_matches_nothing(tmp_path):
    code = setup_code.ensure(tmp_path)
    setup_code.forget(tmp_path)
    setup_code.forget(tmp_path)
    assert not setup_code.matches(tmp_path, code)
    assert not setup_code.matches(tmp_path, "")
