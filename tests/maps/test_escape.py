from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from maps.escape import dial, embed_json, escape


@given(st.text())
def test_nothing_that_starts_markup_or_a_template_literal_survives_escaping(text: str) -> None:
    assert not set("<>\"'`$\\{}") & set(escape(text))


def test_escaping_leaves_the_markup_of_this_house_alone() -> None:
    assert escape(Markup("<b>1</b>")) == "<b>1</b>"


@given(st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_embedded_json_reads_back_and_cannot_leave_its_script(data: object) -> None:
    text = embed_json(data)
    assert json.loads(text) == data
    assert not set("<>&\u2028\u2029") & set(text)


@pytest.mark.parametrize("phone", ["javascript:alert(1)", "", "12a4567", "tel:110", "1", "139 1111\n2222"])
def test_what_is_no_telephone_number_gets_no_link(phone: str) -> None:
    assert dial(phone) == ""


def test_a_telephone_number_is_dialled_without_its_spaces() -> None:
    assert dial(" +86 (21) 5555-0100 ") == "tel:+862155550100"
