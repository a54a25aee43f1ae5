// Begins with the first type that lands here.
