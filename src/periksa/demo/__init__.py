"""The demo library: real fact-checks and news in our own words; `docs/demo-library.md` says where they come from."""
