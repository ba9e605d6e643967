"""The key of this work: nothing of it is sealed under the key of everything else."""

from server.people.vault import Vault

WING = "party"
"""By this name the vault of the house knows ours."""

RULES = "party_rules"
"""Under this name a session carries the settings of reports, for what is asked without any."""

OFF = "party_is_off"
"""What a session carries where no key is set: then nothing of this work is to be seen."""


class PartyVault(Vault):
    """The vault under the party key; a verb that takes one cannot be handed the general one."""
