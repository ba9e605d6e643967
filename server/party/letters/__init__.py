"""The letter of a year (一年一反馈): the year's facts and the branch's words, sent and answered."""
