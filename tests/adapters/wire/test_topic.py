import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarmstation.adapters.wire.topic import Topic, Topics, is_host
from alarmstation.domain.errors import UserError, WireError
from alarmstation.domain.messages import Leaf, Refusal

hosts = st.from_regex(re.compile(r"[A-Za-z0-9_-]{1,31}", re.ASCII), fullmatch=True)
levels = st.text(
    st.characters(exclude_characters="/+#\0", exclude_categories=["Cs"]), min_size=1, max_size=8
)
bases = st.lists(levels, min_size=1, max_size=5).map("/".join)


@given(bases, hosts, st.sampled_from(Leaf))
def test_a_topic_that_is_published_is_understood(base: str, host: str, leaf: Leaf) -> None:
    for topics in (Topics(base), Topics(base, "c")):
        assert topics.parse(topics.publish_topic(host, leaf)) == Topic(base, host, leaf)


def test_topics_are_read_from_the_end() -> None:
    topics = Topics("pb/d/hall/hb")
    assert topics.parse("pb/d/hall/hb/pb/d/gate/hb") == Topic("pb/d/hall/hb", "gate", Leaf.HB)
    with pytest.raises(WireError):
        topics.parse("pb/d/hall/hb")


def test_the_subscriptions_are_those_of_the_specification() -> None:
    leaves = ("hb", "login", "status", "alarm", "response", "resp", "lw", "cmd", "ack")
    assert Topics("a/b").subscriptions() == (*(f"a/b/pb/d/+/{it}" for it in leaves), "a/b/d/+/hb")
    assert "a/b/pb/c/+/cmd" in Topics("a/b", "c").subscriptions()


@given(bases, hosts, st.sampled_from(Leaf), st.sampled_from("dc"))
def test_no_topic_matches_two_subscriptions(base: str, host: str, leaf: Leaf, branch: str) -> None:
    topics = Topics(base, branch)
    for text in (topics.publish_topic(host, leaf), f"{base}/d/{host}/hb"):
        matching = [it for it in topics.subscriptions() if matches(it, text)]
        assert len(matching) == 1


def matches(subscription: str, topic: str) -> bool:
    wanted, found = subscription.split("/"), topic.split("/")
    return len(wanted) == len(found) and all(
        pattern in ("+", level) for pattern, level in zip(wanted, found, strict=True)
    )


def test_commands_go_to_the_branch_of_the_site_and_receipts_never_do() -> None:
    topics = Topics("a", "c")
    assert topics.publish_topic("gate", Leaf.CMD) == "a/pb/c/gate/cmd"
    assert topics.publish_topic("gate", Leaf.ACK) == "a/pb/d/gate/ack"
    assert topics.parse("a/pb/d/gate/cmd") == Topic("a", "gate", Leaf.CMD)
    with pytest.raises(WireError):
        Topics("a").parse("a/pb/c/gate/cmd")


def test_a_json_heartbeat_is_recognised_and_marked() -> None:
    assert Topics("a/b").parse("a/b/d/gate/hb") == Topic("a/b", "gate", Leaf.HB, json=True)
    assert not Topics("a/pb").parse("a/pb/pb/d/gate/hb").json
    assert Topics("a/pb").parse("a/pb/d/gate/hb").json


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hb",
        "a/pb/d/gate",
        "a/pb/d/gate/other",
        "a/pb/d/gate/HB",
        "a/pb/d//hb",
        "a/pb/d/gäte/hb",
        "a/pb/d/" + "g" * 32 + "/hb",
        "a/pb/d/gate\n/hb",
        "b/pb/d/gate/hb",
        "x/a/pb/d/gate/hb",
        "a/d/gate/alarm",
        "a/pb/x/gate/hb",
        "a/pb/d/gate/hb/",
    ],
)
def test_any_other_topic_is_refused(text: str) -> None:
    with pytest.raises(WireError) as caught:
        Topics("a").parse(text)
    assert caught.value.reason == Refusal.MALFORMED


@given(st.text())
def test_any_text_is_a_topic_or_a_wire_error(text: str) -> None:
    with contextlib.suppress(WireError):
        assert isinstance(Topics("a").parse(text), Topic)


@pytest.mark.parametrize("base", ["", "/a", "a/", "a//b", "a/+", "#", "a\0b", "a" * 65_500])
def test_a_base_that_cannot_be_one_is_refused(base: str) -> None:
    with pytest.raises(UserError):
        Topics(base)


def test_a_command_branch_that_cannot_be_one_is_refused() -> None:
    with pytest.raises(UserError):
        Topics("a", "x")


def test_nothing_is_published_to_what_is_no_host() -> None:
    with pytest.raises(ValueError, match="no hostname"):
        Topics("a").publish_topic("ga/te", Leaf.CMD)


def test_the_factory_name_is_a_host() -> None:
    assert is_host("ESG_ALARM_0123456789AB")
    assert not is_host("")
    assert not is_host("٣")
