using ChainHealth.Primitives;

namespace ChainHealth.Consensus.Tests;

/// <summary>Orders whatever the test puts into it; a payload that contains the byte 255 is not valid.</summary>
public sealed class TestApplication : IOrderedApplication
{
    public const byte Poison = 255;

    public Queue<byte[]> Waiting { get; } = new();

    public List<Proposal> Adopted { get; } = [];

    public static Proposal Block(ChainTip parent, params byte[] payload)
    {
        var writer = new CanonicalWriter();
        writer.UInt64(parent.Height.Value).Digest(parent.Hash).Bytes(payload);
        Digest hash = Digest.Of("test-block", Digest.Zero, writer.Written);
        return new Proposal(parent.Height.Next, parent.Hash, hash, new ByteString(payload));
    }

    public Proposal? Propose(ChainTip parent, Instant now) =>
        Waiting.TryDequeue(out byte[]? payload) ? Block(parent, payload) : null;

    public string? CheckHash(Proposal proposal)
    {
        var parent = new ChainTip(new Height(proposal.Height.Value - 1), proposal.Parent);
        return Block(parent, [.. proposal.Payload.Span]) == proposal ? null : "hash differs";
    }

    public string? Check(ChainTip parent, Proposal proposal, Instant now) => Validity(proposal);

    public string? Adopt(ChainTip parent, Proposal proposal)
    {
        Adopted.Add(proposal);
        return Validity(proposal);
    }

    /// <summary>What the application says of the request that waits longest.</summary>
    public Waiting? PassedOver { get; set; }

    public Waiting? LongestWaiting(Instant now) => PassedOver;

    public string? Restore(ChainTip tip, ReadOnlySpan<byte> snapshot) => Validity(Block(default, snapshot.ToArray()));

    public bool HasWork(Instant now) => Waiting.Count > 0;

    private static string? Validity(Proposal proposal) => proposal.Payload.Span.Contains(Poison) ? "poisoned" : null;
}
