using BenchmarkDotNet.Attributes;
using ChainHealth.Primitives;

namespace ChainHealth.Benchmarks;

/// <summary>Roots of blocks and states.</summary>
[MemoryDiagnoser]
public class MerkleBenchmarks
{
    private Digest[] _leaves = [];

    [Params(16, 1024)]
    public int Leaves { get; set; }

    [GlobalSetup]
    public void Fill() =>
        _leaves = [.. Enumerable.Range(0, Leaves).Select(i => Digest.Sha256(BitConverter.GetBytes(i)))];

    [Benchmark]
    public Digest Root() => MerkleTree.Root(_leaves);

    [Benchmark]
    public MerkleProof Prove() => MerkleTree.Prove(_leaves, Leaves / 2);
}
