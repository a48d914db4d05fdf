"""The only room that imports Playwright: a page goes in, its picture, PDF and text come out."""
