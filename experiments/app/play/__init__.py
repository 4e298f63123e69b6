"""The part of the page that simulates: two worlds from one past, day by day, and an effect from many draws."""
