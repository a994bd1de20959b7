using BenchmarkDotNet.Attributes;
using ChainHealth.Consensus;
using ChainHealth.Primitives;

namespace ChainHealth.Benchmarks;

/// <summary>Consensus messages to bytes and back.</summary>
[MemoryDiagnoser]
public class CodecBenchmarks
{
    private const int PayloadBytes = 64 * 1024;

    private Vote _vote = null!;
    private PrePrepare _prePrepare = null!;
    private byte[] _voteBytes = [];
    private byte[] _prePrepareBytes = [];

    [GlobalSetup]
    public void Fill()
    {
        Digest block = Digest.Sha256([1]);
        using SigningKey key = SigningKey.TryCreate(block.ToArray())!;
        Signature signature = key.Sign(block);
        var height = new Height(7);
        _vote = new Vote(height, new View(1), VotePhase.Commit, block, new ReplicaId(2), signature);
        _prePrepare = new PrePrepare(
            new View(1), new Proposal(height, block, block, new ByteString(new byte[PayloadBytes])), signature);
        _voteBytes = ConsensusMessageCodec.Encode(_vote);
        _prePrepareBytes = ConsensusMessageCodec.Encode(_prePrepare);
    }

    [Benchmark]
    public byte[] EncodeVote() => ConsensusMessageCodec.Encode(_vote);

    [Benchmark]
    public ConsensusMessage? DecodeVote() => ConsensusMessageCodec.Decode(_voteBytes, out _);

    /// <summary>With 64 KiB of payload.</summary>
    [Benchmark]
    public byte[] EncodePrePrepare() => ConsensusMessageCodec.Encode(_prePrepare);

    [Benchmark]
    public ConsensusMessage? DecodePrePrepare() => ConsensusMessageCodec.Decode(_prePrepareBytes, out _);
}
