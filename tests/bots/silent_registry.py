"""ХУР for tests that never ask it."""

from __future__ import annotations

from connectors.approvals import SignedApproval
from dialogs.linking import Rows
from dialogs.messages import RegistryResult
from dialogs.proofs import Way
from dialogs.records import ID_CARD


class SilentRegistry:
    """Does not answer; whoever wants an answer overrides it."""

    async def request_code(self, register_number: str, way: Way = Way.SMS, operation: str = ID_CARD) -> RegistryResult:
        return RegistryResult.UNAVAILABLE

    async def read_record(
        self, register_number: str, code: str, operation: str = ID_CARD
    ) -> tuple[RegistryResult, Rows]:
        return RegistryResult.UNAVAILABLE, ()

    async def read_signed(
        self, register_number: str, approval: SignedApproval, operation: str
    ) -> tuple[RegistryResult, Rows]:
        return RegistryResult.UNAVAILABLE, ()

    async def find_phone(self, register_number: str) -> tuple[RegistryResult, str]:
        return RegistryResult.UNAVAILABLE, ""
