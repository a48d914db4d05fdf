"""Taking away what stands between a reader and a page, by general rules and those of single sites."""
