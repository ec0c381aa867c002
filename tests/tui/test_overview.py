from tui_world import shown


async def test_first(live, db):
    async with live(db) as pilot:
        print(shown(pilot))
        assert "Meta" in shown(pilot)
