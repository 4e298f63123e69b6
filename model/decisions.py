"""What the keyed draws decide."""

from __future__ import annotations

from corridor.model.engine.codes import Codes


class Decision(metaclass=Codes):
    """What a draw decides; each has its own number, so that no two decisions share their luck."""

    ENTRY_JITTER = 1
    ENTRY_COUNT = 2
    DESTINATION = 3
    MONEY = 4
    MONEY_2 = 5
    KIN = 6
    RISK_AVERSION = 7
    RISK_AVERSION_2 = 8
    DEPARTURE_WAIT = 9
    ROUTE = 10  # and the 15 numbers after it: one for each way out of a place (`inputs.map_files.MOST_WAYS`)
    TRAVEL_DAYS = 30
    DEATH_ON_LEG = 31
    BORDER = 32
    BORDER_GIVE_UP = 33
    SET_OUT = 34
    INLAND_SETTLE = 35
    DIVERSION = 36
    DIVERTED_TO = 37
    SEA_STAY = 40
    SEA_WIND = 41
    SEA_MEDITERRANEAN = 42
    SEA_OPEN = 43
    SEA_SECTOR = 44
    SEA_PART = 45
    SHELTER_UPTAKE = 51
    SHELTER_QUEUE = 52
    SHELTER_STAY = 53
    SHELTER_OUTCOME = 54
    CAPACITY = 55
    CLEARANCE = 56
    CLEARANCE_SHELTER = 57
    CLEARANCE_CAMP = 58
    EVICTION = 59
    COAST = 60  # and the 5 numbers after it: one for each option at the coast
    NETWORK_OF_CLIENT = 70
    SEAT = 71
    SEATS_OF_BOAT = 72
    LAUNCH_COUNT = 81
    SECTOR = 82
    TACTIC = 83
    NETWORK_ENTRY = 84
    NETWORK_SIZE = 85
    BOATS_CARRIED = 86
    BOATS_SEIZED = 87
    LAUNCH_ORDER = 88
    PATROL_SECTOR = 90
    PATROL_NIGHT = 91
    BEACH_STOP = 100
    FOUND = 101
    SEA_RETURN = 102
    AFLOAT_STOP = 112
    AFLOAT_PANIC = 113
    AFLOAT_PANIC_SIZE = 114
    AFLOAT_PANIC_VICTIM = 115
    CASUALTY = 103
    CASUALTY_SIZE = 104
    MASS_CASUALTY = 105
    VICTIM = 106
    PANIC = 107
    PANIC_SIZE = 108
    PANIC_VICTIM = 109
    PORT_SEARCH = 110
    LORRY_PORT = 111
    PORT_SEEN = 116
    PORT_ALERT = 117
    PORT_OTHER = 118
    DISMANTLING = 120
    ARRESTS = 121
    RECOVERY = 122
    CLIENT_MOVES = 123
    LARGEST_HIT = 124
    RETRY = 130
    RETRY_WAIT = 131
    DETENTION = 132
    DETENTION_STAY = 133
    REMOVAL = 134
    DETENTION_QUEUE = 135
    DETENTION_ENDS = 136
    MEETING = 140
    STRENGTH = 150
