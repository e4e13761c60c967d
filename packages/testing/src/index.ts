/** testBench for plugin authors; phones, a lossy relay, faithful fakes and clusters for tests. */
export {};
