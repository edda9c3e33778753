// Most tests wait for a lease, a pause or a restart; more of them at once would measure the machine, not the chat.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
