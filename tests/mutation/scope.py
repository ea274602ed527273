"""Which modules are changed piece by piece, and the tests that must notice it: rules that need no database."""

SCOPE = {
    "casework/eligibility.py": ("tests/casework/test_eligibility.py",),
    "casework/names.py": ("tests/casework/test_names.py",),
    "relief/bankfile.py": ("tests/relief/test_bankfile.py",),
    "relief/capitals.py": ("tests/relief/test_capitals.py",),
    "relief/caps.py": ("tests/relief/test_caps.py",),
    "center/privacy/numbers.py": ("tests/center/test_numbers.py",),
    "center/privacy/masks.py": ("tests/center/test_numbers.py",),
    "center/papercode.py": ("tests/center/test_papercode.py",),
    "center/working_days.py": ("tests/center/test_deadlines.py",),
    "center/periods.py": ("tests/legal/test_clocks.py",),
    "legal/clocks.py": ("tests/legal/test_clocks.py",),
}
