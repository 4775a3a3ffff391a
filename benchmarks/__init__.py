"""Programs that measure. They print figures with their ratios and assert nothing; the machine decides the absolutes."""
