"""``sahayata check speech``: one line when there is no model, and what is wrong with one."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.speech import trial
from ivr.speech.recogniser import ModelUnusable
from sahayata.checks.check import check
from sahayata.checks.finding import Finding

FAKE_VOSK = Path(__file__).parents[2] / "support" / "fake_vosk"


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAHAYATA_SPEECH_MODEL", "")
    monkeypatch.setenv("PYTHONPATH", str(FAKE_VOSK))
    return tmp_path


def model(state: Path) -> Path:
    for name in ("am/final.mdl", "conf/mfcc.conf", "graph/Gr.fst", "graph/HCLr.fst"):
        file = state / "speech-model" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (state / "speech-model" / "NAME").write_text("vosk-model-small-hi-0.22\n", "utf-8")
    return state / "speech-model"


def found(state: Path) -> list[Finding]:
    return list(check(["speech"], state=str(state)))


def test_without_a_model_one_line_says_which_command_fetches_one(state: Path) -> None:
    (finding,) = found(state)
    assert finding.weight == "ok"
    assert finding.text == (
        "keys only: sahayata speech install FILE-or-URL [--sha256 SUM] puts a model for speech"
        f" into {state / 'speech-model'}; which one: docs/speech.md"
    )


def test_a_model_that_knows_every_word(state: Path) -> None:
    folder = model(state)
    (finding,) = found(state)
    assert finding.weight == "ok"
    assert finding.text == f"words may be said: vosk-model-small-hi-0.22 in {folder}"


def test_a_folder_that_is_no_model(state: Path) -> None:
    (model(state) / "am" / "final.mdl").unlink()
    (finding,) = found(state)
    assert finding.weight == "fault"
    assert "am/final.mdl is missing in it; sahayata speech install" in finding.text


def test_words_the_model_does_not_know(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model(state)
    tried = trial.Tried("small", ("अनाज", "हाल"), takes_all_for_words=True)
    monkeypatch.setattr(trial, "run", lambda folder, words: tried)
    findings = found(state)
    texts = " ".join(finding.text for finding in findings)
    assert [finding.weight for finding in findings] == ["ok", "warning", "warning"]
    assert "does not know अनाज, हाल" in texts
    assert "takes noise for words" in texts


def test_a_model_that_takes_too_long(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "LIMIT_S", 0.001)
    with pytest.raises(ModelUnusable, match="was not loaded within"):
        trial.run(model(state))
