"""Outputs, summaries, masks and commands of the runner: no value of a stranger is read as one, no secret is shown."""

from __future__ import annotations

import http.server
import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from identity import TOKEN_FILE_VARIABLES, token_file
from run_command import MEANINGS
from runner import StepError, assignments, environment_without_runner, fenced, set_output, summarise, summarise_file
from tests.commands.support import workspace
from tests.workflows.support import Step, outputs

HOSTILE = ["a\nname=b", "x<<y\ny", "a\nEOF\nother<<EOF\nb", "::set-output name=a::b", "%0A::add-mask::x", ""]


@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_ends_its_output_or_names_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    file = tmp_path / "output"
    monkeypatch.setenv("GITHUB_OUTPUT", str(file))
    set_output("first", value)
    set_output("second", value)
    assert outputs(file.read_text()) == {"first": value, "second": value}


def test_the_delimiter_is_another_one_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "output"
    monkeypatch.setenv("GITHUB_OUTPUT", str(file))
    for _ in range(20):
        set_output("name", "value")
    assert len({line for line in file.read_text().splitlines() if line.startswith("name<<")}) == 20


def test_a_summary_stays_under_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "summary"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    summarise("茶" * 300_000)
    summarise("茶" * 100_000)
    assert file.stat().st_size <= 1024 * 1024
    assert "more than a summary takes" in file.read_text()


def test_text_in_a_summary_is_no_markup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, report = tmp_path / "summary", tmp_path / "apply.txt"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    report.write_text("room ````\n# @everyone <img src=x>\n")
    summarise_file(report)
    assert file.read_text() == "`````text\nroom ````\n# @everyone <img src=x>\n`````\n\n"
    assert fenced("a").startswith("```text\n")


def test_a_wrong_line_of_the_secrets_is_named_by_its_number_alone() -> None:
    assert assignments("\nA_KEY=x=y \n\n B=2\nNOT_SET=") == {"A_KEY": "x=y", "B": "2"}
    for text in ("A=1\nrtmp://a-secret", "A=1\nlower=a-secret", "A=1\na-secret", "A=1\n=a-secret"):
        with pytest.raises(StepError, match="Line 2") as raised:
            assignments(text)
        assert "a-secret" not in str(raised.value)


def test_a_command_is_run_and_its_exit_code_is_an_output(step: Step, tmp_path: Path) -> None:
    workspace(tmp_path, spring="kind: Room\nkey: spring\nspec: {room_name: Spring}\n")
    done = step.run("run_command.py", INPUT_ARGUMENTS="validate\n--target=\n--format=json\n", INPUT_ACCEPT="0")
    assert (done.code, done.outputs) == (0, {"exit-code": "0"})
    assert '"findings": []' in done.out


def test_an_argument_is_a_line_and_no_shell_reads_it(step: Step, tmp_path: Path) -> None:
    workspace(tmp_path)
    done = step.run("run_command.py", INPUT_ARGUMENTS="validate\n--workspace=$(touch owned); `id` && x\n")
    assert done.code == 1
    assert "$(touch owned); `id` && x" in done.out
    assert not (tmp_path / "owned").exists()


def test_an_exit_code_is_explained_unless_it_is_accepted(step: Step, tmp_path: Path) -> None:
    workspace(tmp_path, spring="kind: Room\nkey: spring\nspec: {room_name: Spring}\n")
    arguments = "plan\n--detailed-exitcode"
    accepted = step.run("run_command.py", INPUT_ARGUMENTS=arguments, INPUT_ACCEPT="0 2")
    assert (accepted.code, accepted.outputs["exit-code"], accepted.summary) == (0, "2", "")
    refused = step.run("run_command.py", INPUT_ARGUMENTS=arguments, INPUT_ACCEPT="0")
    assert refused.code == 2
    assert refused.annotations == ["Exit code 2. The plan has changes."]
    assert "**Exit code 2.** The plan has changes." in refused.summary


@pytest.mark.parametrize("code", [3, 4, 5])
def test_the_codes_of_an_apply_that_needs_a_person_say_what_to_do(code: int) -> None:
    assert "report" in MEANINGS[code]


def test_what_the_tool_prints_is_read_by_nobody_as_a_command(step: Step, tmp_path: Path) -> None:
    workspace(tmp_path, spring='kind: Room\nkey: spring\nspec: {room_name: "::add-mask::spring"}\n')
    lines = step.run("run_command.py", INPUT_ARGUMENTS="plan").out.splitlines()
    stop = next(line for line in lines if line.startswith("::stop-commands::"))
    word = stop.removeprefix("::stop-commands::")
    assert len(word) == 32
    between = lines[lines.index(stop) + 1 : lines.index(f"::{word}::")]
    assert any("add-mask" in line for line in between)
    assert not any(
        line.startswith("::") for line in (*lines[: lines.index(stop)], *lines[lines.index(f"::{word}::") + 1 :])
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_job_that_is_cancelled_lets_the_tool_end_in_order(step: Step, tmp_path: Path, number: signal.Signals) -> None:
    """The tool gets the signal that the runner sends to the step, and the step waits for it."""
    workspace(tmp_path, spring="kind: Room\nkey: spring\nspec: {room_name: Spring}\n")
    arguments = "status\n--watch\n--interval=60\n--format=json"
    with step.started("run_command.py", INPUT_ARGUMENTS=arguments) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("{"):
                break
        process.send_signal(number)
        out = process.communicate(timeout=30)[0]
    assert process.returncode == 128 + number, out
    assert f"Exit code {128 + number}" in out


def test_a_secret_reaches_the_command_and_no_line_of_the_log(step: Step, tmp_path: Path) -> None:
    """The only line that has it is the one that tells the runner to hide it."""
    secret = "rtmp-key-4711-0815"
    workspace(
        tmp_path,
        spring="kind: Room\nkey: spring\nspec:\n  room_name: Spring\n  stream_keys: ['{{ secret(\"STREAM_KEY\") }}']\n",
    )
    done = step.run(
        "run_command.py",
        INPUT_ARGUMENTS="apply\n--auto-approve\n--report=apply.txt",
        INPUT_SUMMARY="apply.txt",
        INPUT_SECRETS=f"STREAM_KEY={secret}",
    )
    assert done.code == 0, done.out
    assert [line for line in done.out.splitlines() if secret in line] == [f"::add-mask::{secret}"]
    assert secret not in done.summary
    assert secret.encode() in (tmp_path / ".provisioner/emulator.sqlite").read_bytes()


@contextmanager
def issuer(*, status: int = 200) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The runner's address for identity tokens, and what was asked there."""
    asked: list[tuple[str, str]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Authorization"]))
            body = json.dumps({"value": "eyJ.identity.token"} if status == 200 else {"message": "no"}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/token?api-version=2.0", asked
        finally:
            server.shutdown()
            thread.join()


def test_the_identity_token_is_in_a_file_of_its_owner_while_a_command_runs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with issuer() as (address, asked):
        monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", address)
        monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "bearer-of-the-job")
        monkeypatch.setenv("RUNNER_TEMP", str(tmp_path))
        with token_file("huawei cloud&x=y") as variables:
            assert set(variables) == set(TOKEN_FILE_VARIABLES)
            (path,) = set(map(Path, variables.values()))
            assert path.read_text() == "eyJ.identity.token"
            assert path.stat().st_mode & 0o777 == 0o600
            assert path.parent.stat().st_mode & 0o777 == 0o700
        assert list(tmp_path.iterdir()) == []
    assert asked == [("/token?api-version=2.0&audience=huawei+cloud%26x%3Dy", "Bearer bearer-of-the-job")]
    assert capsys.readouterr().out == "::add-mask::eyJ.identity.token\n"


def test_a_job_that_may_not_ask_for_a_token_is_told_so(step: Step, tmp_path: Path) -> None:
    workspace(tmp_path)
    done = step.run("run_command.py", INPUT_ARGUMENTS="validate", INPUT_AUDIENCE="huaweicloud")
    assert done.code == 1
    assert "id-token: write" in done.annotations[0]
    with issuer(status=403) as (address, _):
        variables = {"ACTIONS_ID_TOKEN_REQUEST_URL": address, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "bearer-of-the-job"}
        done = step.run("run_command.py", INPUT_ARGUMENTS="validate", INPUT_AUDIENCE="huaweicloud", **variables)
    assert "HTTP 403" in done.annotations[0]
    assert "bearer-of-the-job" not in done.out


def test_the_command_gets_nothing_of_the_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    asking = ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_RUNTIME_TOKEN", "INPUT_SECRETS")
    names = ("GITHUB_TOKEN", "GITHUB_OUTPUT", "GITHUB_ENV", *asking)
    for name in names:
        monkeypatch.setenv(name, "x")
    assert not set(names) & environment_without_runner().keys()
