using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>Votes of one height, view and phase: the first of each replica counts, and only that one.</summary>
internal sealed class VoteBox(int replicas)
{
    private readonly Vote?[] _votes = new Vote?[replicas];
    private UInt128 _exposed;

    /// <summary>The vote that counts for this replica.</summary>
    public Vote? Of(ReplicaId replica) => _votes[replica.Value];

    /// <summary>True when the vote counts. <paramref name="contradicted"/> is the earlier, different vote of the same
    /// replica; given once.</summary>
    public bool Add(Vote vote, out Vote? contradicted)
    {
        contradicted = null;
        ref Vote? first = ref _votes[vote.Signer.Value];
        if (first is null)
        {
            first = vote;
            return true;
        }

        UInt128 bit = UInt128.One << vote.Signer.Value;
        if (first.Block != vote.Block && (_exposed & bit) == 0)
        {
            _exposed |= bit;
            contradicted = first;
        }

        return first.Block == vote.Block;
    }

    public int Count(Digest block)
    {
        int count = 0;
        foreach (Vote? vote in _votes)
        {
            count += vote is not null && vote.Block == block ? 1 : 0;
        }

        return count;
    }

    /// <summary>The block that has a quorum; null while none has.</summary>
    public Digest? Winner(Quorum quorum)
    {
        foreach (Vote? vote in _votes)
        {
            if (vote is not null && Count(vote.Block) >= quorum.Size)
            {
                return vote.Block;
            }
        }

        return null;
    }

    /// <summary>The first 2f+1 signatures in replica order; the block has a quorum.</summary>
    public QuorumCertificate Certificate(Epoch epoch, Digest block, Quorum quorum)
    {
        Vote[] chosen = [.. _votes.OfType<Vote>().Where(v => v.Block == block).Take(quorum.Size)];
        UInt128 signers = chosen.Aggregate(UInt128.Zero, (set, v) => set | (UInt128.One << v.Signer.Value));
        Vote one = chosen[0];
        return new QuorumCertificate(
            epoch, one.Height, one.View, one.Phase, block, signers, [.. chosen.Select(v => v.Signature)]);
    }

    /// <summary>Replicas whose vote has not come, or is for another block.</summary>
    public ImmutableArray<ReplicaId> Missing(Digest? block) =>
    [
        .. Enumerable.Range(0, _votes.Length)
            .Where(i => _votes[i] is not { } vote || (block is { } wanted && vote.Block != wanted))
            .Select(i => new ReplicaId((byte)i)),
    ];
}
