"""What may be pooled and what may not, over cohorts made up here and over the invented papers; and how it is shown."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from invented import RunCli
from marrowkg.cli.pool import FORMATS as CLI_FORMATS
from marrowkg.errors import MarrowError, UnknownNameError
from marrowkg.metaanalysis.analysis import analyse
from marrowkg.pooling.candidate import Candidate, Cohort, Populations
from marrowkg.pooling.eligibility import LeftOut, reason_against, select
from marrowkg.pooling.notes import notes_on
from marrowkg.pooling.output import FORMATS, output
from marrowkg.pooling.pooling import Pool, Pooling, pool
from marrowkg.pooling.table import COLUMNS
from marrowkg.vocabulary import Vocabulary

COUNT = Candidate("a/anemia", "a", "a/all", "all of a", "anemia", events=17, denominator=22)
WHOLE = Populations([Cohort("a/all", "a", "all of a", {"necrosis"})])


# ---- one result


@pytest.mark.parametrize("kind", ["", "all members", "assessed", "evaluable"])
def test_a_first_hand_count_of_a_cohort_may_be_pooled(kind: str) -> None:
    assert reason_against(replace(COUNT, denominator_kind=kind), WHOLE) == ""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"basis": "relayed", "original": "Janssens et al. [6]"}, "relayed from Janssens et al. [6]"),
        ({"narrower": True}, "counts anemia, a narrower finding"),
        ({"events": None, "percent": "35.3"}, "only 35.3 % is printed, no count"),
        ({"comparator": ">", "percent": "60"}, "only > 60 % is printed, no count"),
        ({"comparator": ">"}, "the count is only > a number"),
        ({"events": None, "status": "not reported"}, "no count: not reported"),
        ({"events": None}, "told without a count"),
        ({"denominator": None}, "no denominator"),
        ({"events": 0, "denominator": 0}, "no members"),
        ({"denominator_kind": "specimens"}, "counts specimens, not patients"),
        ({"denominator_kind": "treated"}, "counts the treated members only"),
    ],
)
def test_every_other_result_is_left_out_with_its_reason(changes: dict[str, object], reason: str) -> None:
    assert reason_against(replace(COUNT, **changes), WHOLE).startswith(reason)  # type: ignore[arg-type]


QUERIES = Path(__file__).resolve().parent.parent / "queries" / "pool"


def test_a_case_report_is_no_frequency() -> None:
    assert reason_against(COUNT, Populations([Cohort("a/all", "a")], ["a"])).startswith("case report")


def test_a_result_without_a_count_has_none() -> None:
    with pytest.raises(ValueError, match="has no count"):
        _ = replace(COUNT, events=None).count


# ---- several


def chosen(candidates: list[Candidate], populations: Populations, *scope: str) -> tuple[list[str], dict[str, str]]:
    kept, left = select(candidates, populations, set(scope or ("necrosis",)).__contains__)
    return [one.result for one in kept], {one.candidate.result: one.reason for one in left}


def candidate(cohort: str, size: int, **more: str) -> Candidate:
    paper = cohort.partition("/")[0]
    plain = Candidate(f"{cohort}-anemia", paper, cohort, f"{cohort} patients", events=1, denominator=size)
    return replace(plain, **more)  # type: ignore[arg-type]


def test_cohorts_of_two_papers_are_both_pooled() -> None:
    populations = Populations([Cohort(f"{paper}/all", paper, conditions={"necrosis"}) for paper in "ab"])
    assert chosen([candidate("b/all", 9), candidate("a/all", 5)], populations) == (["a/all-anemia", "b/all-anemia"], {})


def test_a_part_of_a_cohort_is_left_out_whether_or_not_the_whole_has_a_count() -> None:
    whole = Cohort("a/all", "a", "all of a", {"necrosis"})
    part = Cohort("a/men", "a", "men", {"necrosis"}, {"a/all"})
    populations = Populations([whole, part, Cohort("a/old-men", "a", "old men", {"necrosis"}, {"a/men"})])
    kept, left = chosen([candidate("a/all", 9), candidate("a/old-men", 2)], populations)
    assert (kept, left) == (["a/all-anemia"], {"a/old-men-anemia": "part of all of a, who are counted as a whole"})
    assert chosen([candidate("a/old-men", 2)], populations)[1] == {
        "a/old-men-anemia": "part of all of a, of whom no count is printed"
    }


def test_a_part_is_the_whole_of_its_own_condition() -> None:
    populations = Populations(
        [Cohort("a/all", "a", "all", {"metastasis"}), Cohort("a/breast", "a", "breast", {"breast"}, {"a/all"})]
    )
    both = [candidate("a/all", 54), candidate("a/breast", 14)]
    assert chosen(both[1:], populations, "breast") == (["a/breast-anemia"], {})
    assert chosen(both, populations, "breast", "metastasis")[0] == ["a/all-anemia"]


def test_one_paper_gives_one_cohort_the_larger() -> None:
    populations = Populations([Cohort(f"a/{name}", "a", conditions={"necrosis"}) for name in ("x", "y")])
    kept, left = chosen([candidate("a/x", 5), candidate("a/y", 6)], populations)
    assert kept == ["a/y-anemia"]
    assert left == {"a/x-anemia": "one paper, one cohort: a/y patients are pooled, and may share patients with them"}


def test_a_cohort_is_counted_once_without_a_restriction_if_there_is_such_a_count() -> None:
    counts = [
        candidate("a/all", 9, result="at-relapse", when="relapse"),
        candidate("a/all", 9, result="severe", qualifier="severe"),
        candidate("a/all", 9, result="plain"),
        candidate("a/all", 7, result="fewer"),
    ]
    kept, left = chosen(counts, WHOLE)
    assert kept == ["plain"]
    assert set(left.values()) == {"the same patients are pooled with 1/9"}
    assert chosen(counts[:2], WHOLE)[1] == {"severe": "the same patients are pooled with 1/9 (relapse)"}


@pytest.mark.parametrize(
    "link", ["b/all", "b/men", "a/b-series"], ids=["the cohort", "a part", "what is quoted from b"]
)
def test_of_cohorts_that_share_patients_the_larger_is_kept(link: str) -> None:
    populations = Populations(
        [
            Cohort("a/all", "a", "all of a", {"necrosis"}),
            Cohort("a/women", "a", "women of a", {"necrosis"}, {"a/all"}, overlaps={link}),
            Cohort("a/b-series", "a", conditions={"necrosis"}, quoted={"b"}),
            Cohort("b/all", "b", "all of b", {"necrosis"}),
            Cohort("b/men", "b", "men of b", {"necrosis"}, {"b/all"}),
        ]
    )
    kept, left = chosen([candidate("b/all", 40), candidate("a/all", 60)], populations)
    assert kept == ["a/all-anemia"]
    assert left == {"b/all-anemia": "shares patients, or may, with a/all patients (a), who are pooled"}
    assert populations.share("a/all", "b/all") and populations.share("b/all", "a/all")


def test_cohorts_of_which_nothing_is_said_share_nobody() -> None:
    assert not Populations([Cohort("a/all", "a"), Cohort("b/all", "b")]).share("a/all", "b/all")


# ---- notes


def notes(*cohorts: Candidate, conditions: list[str] | None = None) -> str:
    return "\n".join(notes_on(cohorts, conditions or ["x"] * len(cohorts), analyse([c.count for c in cohorts])))


def test_notes_say_how_little_few_cohorts_can_tell() -> None:
    assert "k = 1: nothing to pool" in notes(COUNT)
    assert "k = 2: the heterogeneity is hardly estimable" in notes(COUNT, COUNT)
    assert "k = 3: the variance between cohorts is poorly estimated" in notes(COUNT, COUNT, COUNT)
    assert "k =" not in notes(*[COUNT] * 5)


def test_notes_say_what_the_model_could_not_do_and_what_is_not_alike() -> None:
    none, everybody = replace(COUNT, events=0), replace(COUNT, events=22, when="relapse")
    assert "nobody or everybody had it" in notes(none, none)
    assert "no maximum" in notes(none, everybody)
    assert "estimated as 0" in notes(COUNT, COUNT)
    assert "the time points differ: not stated; relapse" in notes(none, everybody)
    assert "different conditions: x; y" in notes(COUNT, COUNT, conditions=["x", "y"])
    assert "qualified differently" in notes(COUNT, replace(COUNT, qualifier="severe"))
    assert "different members" in notes(COUNT, replace(COUNT, denominator_kind="assessed"))


# ---- the invented papers


def reasons(pooling: Pooling) -> dict[str, str]:
    return {left.candidate.result.rpartition("marrowkg/")[2]: left.reason for left in pooling.left_out}


def test_a_finding_is_pooled_from_the_graph(store: ox.Store, vocabulary: Vocabulary) -> None:
    """alpha2001 and gamma2020 share patients, as gamma2020 says of the series that it quotes."""
    found = pool(store, QUERIES, vocabulary, "bone pain", "bone marrow metastasis")
    (only,) = found.pools
    assert [(cohort.paper, cohort.events, cohort.denominator) for cohort in only.cohorts] == [("gamma2020", 20, 60)]
    left = reasons(found)
    assert left["alpha2001/result/bone-pain-in-all"].startswith(
        "shares patients, or may, with all patients of the second"
    )
    assert left["alpha2001/result/bone-pain-in-breast"].startswith("part of all patients")
    assert left["gamma2020/result/bone-pain-in-alpha-series"] == "relayed from Alpha and Arnold [1]"
    assert left["gamma2020/result/bone-pain-in-omega-series"] == "relayed from Omega [2]"
    assert left["alpha2001/result/disseminated-bone-pain-in-all"].startswith(
        "counts disseminated bone pain, a narrower"
    )
    assert found.single_patients == {"beta2010": 1}
    assert found.evidence


def test_without_a_condition_each_stands_by_itself(store: ox.Store, vocabulary: Vocabulary) -> None:
    found = pool(store, QUERIES, vocabulary, "osteodynia")
    assert (found.finding, found.condition) == ("bone pain", None)
    assert [one.condition for one in found.pools] == [
        "bone marrow metastasis",
        "bone marrow metastasis of breast carcinoma",
        "bone marrow metastasis of prostatic adenocarcinoma",
    ]


def test_another_condition_is_a_reason(store: ox.Store, vocabulary: Vocabulary) -> None:
    found = pool(store, QUERIES, vocabulary, "bone pain", "bone marrow necrosis")
    assert found.pools == []
    assert reasons(found)["gamma2020/result/bone-pain-in-all"] == "other condition: bone marrow metastasis"


def test_unknown_names_are_told_with_the_nearest(store: ox.Store, vocabulary: Vocabulary) -> None:
    with pytest.raises(UnknownNameError, match="no finding is called 'bone pian'; did you mean 'bone pain'"):
        pool(store, QUERIES, vocabulary, "bone pian")
    with pytest.raises(UnknownNameError, match="did you mean 'bone marrow necrosis'"):
        pool(store, QUERIES, vocabulary, "bone pain", "bone marow necrosis")


# ---- how it is shown


@pytest.fixture(scope="module")
def pooling() -> Pooling:
    """Four cohorts with all that can be shown, and words that a careless template would break on."""
    cohorts = [
        replace(COUNT, result=f"r{i}", paper=f"p{i}", population=f"series {i} <&>", events=events, denominator=size)
        for i, (events, size) in enumerate([(16, 17), (4, 8), (43, 58), (13, 16)])
    ]
    conditions = ["x", "x", "x", "y"]
    analysis = analyse([cohort.count for cohort in cohorts])
    several = Pool("x & more", cohorts, conditions, analysis, notes_on(cohorts, conditions, analysis))
    one = Pool("z", [COUNT], ["z"], analyse([COUNT.count]), ["k = 1"])
    left = [LeftOut(replace(COUNT, events=None, denominator=None), "relayed from <somebody>")]
    return Pooling("anemia", None, [several, one], left, {"p9": 1}, {"wide": 2})


def test_rows_tell_cohorts_estimates_and_what_was_left_out(pooling: Pooling) -> None:
    found = list(csv.DictReader(io.StringIO(output(pooling, "csv"))))
    assert found == pooling.rows and list(found[0]) == list(COLUMNS)
    roles = [row["role"] for row in found]
    estimates = ["common effect", "random effects", "prediction interval", *["random effects without"] * 4]
    assert roles == [*["cohort"] * 4, *estimates, "cohort", "left out"]
    assert (found[3]["percent"], found[3]["events"], found[3]["condition"]) == ("81.3", "13", "y")
    assert found[-1]["reason"] == "relayed from <somebody>"
    assert output(pooling, "tsv").startswith("pool\trole\t")


def test_json_tells_the_numbers_as_they_were_computed(pooling: Pooling) -> None:
    found = json.loads(output(pooling, "json"))
    several, one = found["pools"]
    assert several["random"]["share"] == pytest.approx(pooling.pools[0].analysis.best.share, rel=1e-5)
    assert len(several["leave_one_out"]) == 4 and several["heterogeneity"]["ratio"]["freedom"] == 3
    assert (one["random"], one["cohorts"][0]["result"]) == (None, "a/anemia")
    assert found["left_out"][0]["reason"] == "relayed from <somebody>"


@pytest.mark.parametrize("form", ["table", "md"])
def test_text_tells_all_of_it(pooling: Pooling, form: str) -> None:
    found = output(pooling, form)
    for words in ("16/17", "94.1 (73.0–99.0)", "prediction interval", "I²", "without p2", "relayed from <somebody>"):
        assert words in found
    assert "2 cohorts can be pooled under 'wide'" in found and "1 single patient," in found


def test_the_forest_plot_is_svg_with_all_of_it(pooling: Pooling) -> None:
    root = ET.fromstring(output(pooling, "svg"))
    name = "{http://www.w3.org/2000/svg}"
    words = [element.text for element in root.iter(f"{name}text")]
    for expected in ("series 1 <&>", "16/17", "94.1 (73.0–99.0)", "x & more", "prediction interval", "100 %"):
        assert expected in words
    assert len(root.findall(f".//{name}rect[@class='square']")) == 5
    assert [one.get("class") for one in root.iter(f"{name}polygon")] == ["solid", "hollow"]
    assert "p0 16 of 17" in (root.findtext(f"{name}desc") or "")
    labelled = (root.get("aria-labelledby") or "").split()
    assert labelled == [root.find(f"{name}{tag}").get("id") for tag in ("title", "desc")]  # type: ignore[union-attr]


def test_everything_drawn_is_within_the_picture(pooling: Pooling) -> None:
    root = ET.fromstring(output(pooling, "svg"))
    height = float(root.get("height") or 0)
    assert all(0 <= float(one.get("y") or 0) <= height for one in root.iter() if one.get("y"))


def test_nothing_to_draw_is_told() -> None:
    with pytest.raises(MarrowError, match="no forest plot: there is no count of 'anemia'"):
        output(Pooling("anemia", "x", [], [LeftOut(COUNT, "why")]), "svg")
    assert "There is no count that may be pooled" in output(
        Pooling("anemia", "x", [], [LeftOut(COUNT, "why")]), "table"
    )
    assert "no count" in output(Pooling("anemia", "x", [], []), "md")


# ---- the verb


def test_the_verb_pools(marrowkg: RunCli) -> None:
    ran = marrowkg("pool", "bone", "pain", "--condition", "bone marrow metastasis")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "20/60" in ran.stdout and "shares patients" in ran.stdout
    assert marrowkg("pool", "bone pain", "-f", "svg").stdout.startswith("<svg")


def test_the_verb_says_what_it_does_not_know(marrowkg: RunCli) -> None:
    ran = marrowkg("pool", "bone pian")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "did you mean 'bone pain'" in ran.stderr


def test_help_knows_the_formats() -> None:
    assert CLI_FORMATS == FORMATS
