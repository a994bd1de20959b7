// Torch wants one managed thread at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
