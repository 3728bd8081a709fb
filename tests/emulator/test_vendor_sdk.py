"""The vendor's own SDK, as an independent judge of addresses, signatures, bodies and answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkmetastudio import v1 as sdk

from provisioner.emulator import Emulator
from provisioner.emulator.server import running
from tests.emulator.support import ROOM


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    path: Path = tmp_path_factory.mktemp("emulator") / "metastudio.db"
    with Emulator.open(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def endpoint(emulator: Emulator) -> Iterator[str]:
    with running(emulator) as served:
        yield served


@pytest.fixture(scope="module")
def client(emulator: Emulator, endpoint: str) -> Any:
    return connect(emulator, endpoint)


def connect(emulator: Emulator, endpoint: str, *, secret_key: str | None = None) -> Any:
    config = HttpConfig.get_default_config()
    config.ignore_ssl_verification = True
    config.timeout = (3, 10)
    credentials = BasicCredentials(emulator.access_key, secret_key or emulator.secret_key, emulator.project_id)
    builder = sdk.MetaStudioClient.new_builder().with_http_config(config).with_credentials(credentials)
    return builder.with_endpoint(endpoint).build()


def body(**changes: Any) -> dict[str, Any]:
    """The SDK serialises plain dictionaries as they are."""
    return {**ROOM, **changes}


def test_a_room_lives_from_create_to_delete(client: Any, emulator: Emulator) -> None:
    made = client.create_smart_live_room(sdk.CreateSmartLiveRoomRequest(body=body(room_name="life ~ 直播 a&b=c")))
    shown = client.show_smart_live_room(sdk.ShowSmartLiveRoomRequest(room_id=made.room_id))
    assert shown.room_name == "life ~ 直播 a&b=c"
    assert shown.priv_data == ROOM["priv_data"]
    assert shown.stream_keys == ROOM["stream_keys"]
    assert shown.scene_scripts[0].voice_config.pitch == 100
    assert shown.view_mode == "LANDSCAPE"

    listed = client.list_smart_live_rooms(sdk.ListSmartLiveRoomsRequest(room_name="~ 直播 a&b=", limit=100, offset=0))
    assert [found.room_id for found in listed.smart_live_rooms] == [made.room_id]
    assert listed.smart_live_rooms[0].model_infos[0].model_asset_id == "model-anna"

    request = sdk.UpdateSmartLiveRoomRequest(room_id=made.room_id, body=body(room_name="renamed"))
    updated = client.update_smart_live_room(request)
    assert updated.room_name == "renamed"
    assert int(updated.script_version) > int(shown.script_version)

    client.delete_smart_live_room(sdk.DeleteSmartLiveRoomRequest(room_id=made.room_id))
    with pytest.raises(ClientRequestException) as refused:
        client.show_smart_live_room(sdk.ShowSmartLiveRoomRequest(room_id=made.room_id))
    assert refused.value.status_code == 404
    assert refused.value.request_id == emulator.ledger()[-1].request_id


def test_a_body_made_of_the_sdk_s_own_models_is_taken(client: Any) -> None:
    """Field names and types are the SDK's, including those that the older pages lack."""
    request = sdk.CreateSmartLiveRoomReq(
        room_name="models",
        scene_scripts=[
            sdk.LiveVideoScriptInfo(
                script_name="scene",
                voice_config=sdk.VoiceConfig(voice_asset_id="v"),
                background_config=[sdk.BackgroundConfigInfo(background_type="IMAGE", background_config="https://a/b")],
                layer_config=[
                    sdk.LayerConfig(
                        layer_type="VIDEO",
                        sequence_no=1,
                        position=sdk.LayerPositionConfig(dx=1, dy=2, layer_index=3),
                        size=sdk.LayerSizeConfig(width=4, height=5),
                        video_config=sdk.VideoLayerConfig(video_url="https://a/v", loop_count=-1, video_sound=50),
                    )
                ],
                shoot_scripts=[sdk.LiveShootScriptItem(title="t", text_config=sdk.TextConfig(text="hi"))],
            )
        ],
        interaction_config=sdk.LiveRoomInteractionConfig(play_type="INSERT"),
        play_policy=sdk.PlayPolicy(
            repeat_count=0, live_exit_config=sdk.LiveExitConfig(max_live_duration=2, auto_stop_mode="SCENE_END")
        ),
        video_config=sdk.VideoConfig(codec="H264", bitrate=3000, width=1080, height=1920),
        review_config=sdk.ReviewConfig(no_need_review=True),
    )
    made = client.create_smart_live_room(sdk.CreateSmartLiveRoomRequest(body=request))
    shown = client.show_smart_live_room(sdk.ShowSmartLiveRoomRequest(room_id=made.room_id))
    assert shown.play_policy.live_exit_config.max_live_duration == 2
    assert shown.scene_scripts[0].layer_config[0].video_config.video_sound == 50
    assert shown.view_mode == "VERTICAL"


def test_a_job_lives_from_start_to_stop(client: Any, emulator: Emulator) -> None:
    room_id = client.create_smart_live_room(sdk.CreateSmartLiveRoomRequest(body=body(room_name="on air"))).room_id
    risks = client.show_live_warning_info(sdk.ShowLiveWarningInfoRequest(room_id=room_id))
    assert {risk.warning_type for risk in risks.live_warning_info} >= {
        "TOO_LESSS_SCRIPT_ITEMS",
        "RANDOM_PLAY_CLOSED",
    }

    alone = sdk.StartSmartLiveReq(job_run_config=sdk.LiveJobRunConfig(single_job_in_room=True))
    started = client.start_smart_live(sdk.StartSmartLiveRequest(room_id=room_id, body=alone))
    assert started.rtc_room_info.users[0].signature
    assert client.show_smart_live(sdk.ShowSmartLiveRequest(room_id=room_id, job_id=started.job_id)).state == "WAITING"
    with pytest.raises(ClientRequestException) as refused:
        client.start_smart_live(sdk.StartSmartLiveRequest(room_id=room_id, body=alone))
    assert refused.value.status_code == 400

    emulator.advance(60)
    of_room = sdk.ListSmartLiveRequest(room_id=room_id, state="PROCESSING,WAITING", sort_dir="desc")
    assert [job.job_id for job in client.list_smart_live(of_room).smart_live_jobs] == [started.job_id]
    of_all = sdk.ListSmartLiveJobsRequest(room_name="on ai", sort_key="create_time", limit=100)
    assert client.list_smart_live_jobs(of_all).count == 1
    command = sdk.ControlSmartLiveReq(command="RESET_EXIT_CONFIG", params={"max_live_duration": 3})
    request = sdk.ExecuteSmartLiveCommandRequest(room_id=room_id, job_id=started.job_id, body=command)
    assert client.execute_smart_live_command(request).command == "RESET_EXIT_CONFIG"

    client.stop_smart_live(sdk.StopSmartLiveRequest(room_id=room_id, job_id=started.job_id))
    assert client.show_smart_live(sdk.ShowSmartLiveRequest(room_id=room_id, job_id=started.job_id)).state == "CANCELED"


def test_assets_are_listed_by_type_source_name_and_id(client: Any) -> None:
    everything = sdk.ListAssetsRequest(asset_source="ALL", limit=100, offset=0, sort_key="create_time", sort_dir="asc")
    listed = client.list_assets(everything)
    assert listed.count == len(listed.assets) > 5
    assert {"HUMAN_MODEL_2D", "VOICE_MODEL", "IMAGE"} <= {asset.asset_type for asset in listed.assets}
    assert {asset.asset_state for asset in listed.assets} == {"ACTIVED"}
    assert client.list_assets(sdk.ListAssetsRequest()).count == 0, "by default the tenant's own"

    people = client.list_assets(sdk.ListAssetsRequest(asset_source="SYSTEM", asset_type="HUMAN_MODEL_2D,VOICE_MODEL"))
    assert {asset.asset_type for asset in people.assets} == {"HUMAN_MODEL_2D", "VOICE_MODEL"}
    exact = sdk.ListAssetsRequest(asset_source="ALL", name=people.assets[0].asset_name, accurate_query_field=["name"])
    assert {asset.asset_name for asset in client.list_assets(exact).assets} == {people.assets[0].asset_name}
    two = [asset.asset_id for asset in people.assets[:2]]
    by_id = client.list_assets(sdk.ListAssetsRequest(asset_source="ALL", asset_id=two))
    assert [asset.asset_id for asset in by_id.assets] == two


def test_a_wrong_secret_key_is_refused(emulator: Emulator, endpoint: str) -> None:
    with pytest.raises(ClientRequestException) as refused:
        connect(emulator, endpoint, secret_key="0" * 40).list_smart_live_rooms(sdk.ListSmartLiveRoomsRequest())
    assert (refused.value.status_code, refused.value.error_code) == (401, "APIGW.0301")


def test_a_body_that_breaks_a_rule_is_refused_with_its_path(client: Any) -> None:
    wrong = body(scene_scripts=[{"script_name": "x", "shoot_scripts": [{"text_config": {"txt": "y"}}]}])
    with pytest.raises(ClientRequestException) as refused:
        client.create_smart_live_room(sdk.CreateSmartLiveRoomRequest(body=wrong))
    assert (refused.value.status_code, refused.value.error_code) == (400, "MSS.00000003")
    assert "scene_scripts[0].shoot_scripts[0].text_config.txt" in refused.value.error_msg
