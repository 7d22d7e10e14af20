"""The ways of proving wired: which there are, whom their pages ask, and the rules, all from the settings."""

from __future__ import annotations

import logging
from datetime import timedelta

from bots.link_pages.providers import Providers
from bots.link_turn import LinkLimits
from bots.sandbox.dan_answers import LOGIN_LEVELS
from bots.sandbox.keys import DAN_CLIENT_ID
from bots.sandbox.town import DAN_RETURN_PATH, Town
from bots.sending import Registry
from config.settings import Settings
from connectors.dan import Dan
from connectors.messenger_linking import MessengerLinking
from connectors.signature_checks import SignatureLimits, Signatures
from connectors.signature_trust import Trust, read_trust
from connectors.telegram_init_data import TelegramInitData
from dialogs.proofs import ProofRules, Way
from dialogs.services import Level

log = logging.getLogger(__name__)
KHUR_WAYS = (Way.SMS, Way.APP, Way.EMAIL)


def proof_rules(settings: Settings, providers: Providers, own_codes: bool) -> ProofRules:
    """`own_codes`: whether there is an SMS gateway."""
    ways = {*KHUR_WAYS}
    if providers.dan:
        ways.add(Way.BANK)
    if providers.signatures:
        ways.add(Way.SIGNATURE)
    if own_codes:
        ways.add(Way.OWN_SMS)
    return ProofRules(
        idle=timedelta(minutes=settings.proof_idle_minutes),
        longest=timedelta(hours=settings.proof_hours),
        number_lives=timedelta(minutes=settings.link_number_minutes),
        number_tries=settings.link_number_tries,
        link_lives=timedelta(minutes=settings.link_minutes),
        ways=frozenset(ways),
    )


def link_limits(settings: Settings) -> LinkLimits:
    return LinkLimits(
        settings.base_url, settings.links_open, settings.links_a_day, timedelta(hours=settings.undo_hours)
    )


def live_providers(settings: Settings, registry: Registry) -> Providers:
    """Raises ValueError or OSError for addresses and files that cannot be used."""
    return Providers(
        registry=registry,
        dan=_live_dan(settings) if settings.dan_base_url else None,
        signatures=Signatures(_live_trust(settings), _limits(settings)) if settings.signs else None,
        telegram=_telegram(settings),
        messenger=_messenger(settings),
        esign_url=settings.esign_url,
        signature_app_link=settings.signature_app_link,
    )


def sandbox_providers(settings: Settings, registry: Registry, town: Town) -> Providers:
    """The real connectors, led to the sandbox's counterparts over the wire."""
    dan = Dan(
        base_url=town.dan_url,
        client_id=DAN_CLIENT_ID,
        client_secret=town.keys.dan_client_secret,
        redirect_uri=town.dan_redirect_uri,
        login_levels=LOGIN_LEVELS,
        timeout_seconds=settings.dan_timeout_seconds,
        authorize_url=town.dan_authorize_url,
    )
    return Providers(
        registry=registry,
        dan=dan,
        signatures=Signatures(town.trust, _limits(settings)),
        telegram=_telegram(settings),
        messenger=_messenger(settings),
        esign_url=town.esign_url,
        signature_app_link=town.sign_app_link,
    )


def _live_dan(settings: Settings) -> Dan:
    if not settings.dan_login_levels:
        log.warning("DAN_LOGIN_LEVELS is empty: whoever logs in at ДАН counts as proven by phone, no better")
    return Dan(
        base_url=settings.dan_base_url,
        client_id=settings.dan_client_id,
        client_secret=settings.dan_client_secret.get_secret_value(),
        redirect_uri=settings.base_url + DAN_RETURN_PATH,
        issuer=settings.dan_issuer,
        login_levels={name: Level(level) for name, level in settings.dan_login_levels.items()},
        timeout_seconds=settings.dan_timeout_seconds,
    )


def _live_trust(settings: Settings) -> Trust:
    return read_trust(
        settings.signature_anchors,
        settings.signature_intermediates,
        settings.signature_policies,
        settings.signature_number_attribute,
        settings.signature_hosts,
    )


def _limits(settings: Settings) -> SignatureLimits:
    return SignatureLimits(
        settings.signature_max_bytes, settings.signature_check_seconds, settings.signature_revocation_seconds
    )


def _telegram(settings: Settings) -> TelegramInitData | None:
    token = settings.telegram_token.get_secret_value()
    return TelegramInitData(token) if token else None


def _messenger(settings: Settings) -> MessengerLinking | None:
    if not settings.messenger_page_id:
        return None
    token = settings.messenger_page_token.get_secret_value()
    return MessengerLinking(api_base_url=settings.messenger_api_url, page_token=token)
