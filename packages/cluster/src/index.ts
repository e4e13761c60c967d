/** Yate's clustering: its four handlers, cluster legs, cluster.locate and parking. */
export {};
