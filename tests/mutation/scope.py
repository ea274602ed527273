"""Which modules are changed piece by piece, and the tests that must notice it: rules that need no database."""

SCOPE = {
    "casework/rules/eligibility.py": ("tests/casework/test_eligibility.py",),
    "casework/rules/names.py": ("tests/casework/test_names.py",),
    "relief/rules/bankfile.py": ("tests/relief/test_bankfile.py",),
    "relief/rules/capitals.py": ("tests/relief/test_capitals.py",),
    "relief/rules/caps.py": ("tests/relief/test_caps.py",),
    "center/privacy/numbers.py": ("tests/center/test_numbers.py",),
    "center/privacy/masks.py": ("tests/center/test_numbers.py",),
    "center/papers/papercode.py": ("tests/center/test_papercode.py",),
    "center/reference/working_days.py": ("tests/center/test_deadlines.py",),
    "center/kernel/periods.py": ("tests/legal/test_clocks.py",),
    "legal/rules/clocks.py": ("tests/legal/test_clocks.py",),
}
