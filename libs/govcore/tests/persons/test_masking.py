from __future__ import annotations

import pytest

from govcore.persons import citizen_id, mask, mask_address, mask_id, mask_name, mask_phone, phone


def test_masked_numbers() -> None:
    """Of an id the county stays, of a telephone number the last four."""
    assert mask_id("11010519491231002X") == citizen_id("11010519491231002X").masked == "110105************"
    assert mask_phone("13812345678") == "*******5678"
    assert phone("13812345678").masked == "+86*******5678"


@pytest.mark.parametrize(
    ("name", "masked"), [("王五", "王*"), ("欧阳修文", "欧***"), ("王", "王"), ("Jane Smith", "J*** S****"), ("", "")]
)
def test_masked_names(name: str, masked: str) -> None:
    """The first sign of each word stays."""
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("文昌街道西苑小区3栋2单元501室", "文昌街道西苑小区**"),
        ("和平路１２号", "和平路**"),
        ("686 Washington St", "**"),
        ("文昌街道", "文昌街道"),
    ],
)
def test_masked_addresses(address: str, masked: str) -> None:
    """Street and estate stay, what comes from the first number on does not."""
    assert mask_address(address) == masked


def test_what_is_too_short_is_hidden_whole() -> None:
    """A text with nothing left to hide is all stars."""
    assert mask("1234", head=3, tail=4) == "****"
    assert mask_phone("110") == "***"
