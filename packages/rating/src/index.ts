/** Pure price arithmetic: prefix index, decks, prices. No effects. */
export {};
