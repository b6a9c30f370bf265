from coach.evaluation.suite import load_suites, suites_table
from coach.resources import resource


def test_the_readme_shows_the_table_of_suites():
    table = suites_table(load_suites())
    readme = resource("evals/README.md").read_text(encoding="utf-8")
    assert table in readme, f"Put this table into evals/README.md:\n{table}"
