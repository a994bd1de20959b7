using System.Collections.Immutable;
using ChainHealth.Consensus;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>A replica's mouth when the replica lies: an honest core computes what to say, and this says otherwise, with
/// the replica's own key.</summary>
public sealed class Liar(SimCluster simulation, int index, Lie lies, Rng rng)
{
    private const int MemoryMax = 200;

    private readonly Func<Digest, Signature> _sign = SimSignatures.SignerOf(index);
    private readonly List<ConsensusMessage> _memory = [];
    private readonly Dictionary<(Height, View), Proposal> _others = [];
    private readonly Dictionary<View, SortedDictionary<ReplicaId, ViewChange>> _changes = [];

    private ReplicaId Self { get; } = new((byte)index);

    /// <summary>What the peer gets instead of the honest message, and perhaps something besides.</summary>
    public IEnumerable<ConsensusMessage> Say(SimNode node, int to, ConsensusMessage message)
    {
        Remember(message);
        if (lies.HasFlag(Lie.Replay) && rng.Chance(0.2))
        {
            yield return _memory[rng.Below(_memory.Count)];
        }

        if (lies.HasFlag(Lie.FarViews) && rng.Chance(0.02))
        {
            yield return Forge(new View(rng.Pick(1UL, 2UL, 5UL, 1_000UL, ulong.MaxValue)));
        }

        if (Alter(node, to, message) is { } altered)
        {
            yield return altered;
        }
    }

    /// <summary>Whether a twin keeps this peer for itself.</summary>
    public bool IsForTwin(int twin, int to, long now) =>
        !lies.HasFlag(Lie.Twins) || (to + (now / 2_500)) % 2 == twin;

    public void Remember(ConsensusMessage message)
    {
        if (_memory.Count == MemoryMax)
        {
            _memory.RemoveAt(rng.Below(MemoryMax));
        }

        _memory.Add(message);
        if (message is ViewChange change)
        {
            _changes.TryAdd(change.View, []);
            _changes[change.View][change.Signer] = change;
        }
    }

    private ConsensusMessage? Alter(SimNode node, int to, ConsensusMessage message)
    {
        if (lies.HasFlag(Lie.Mute)
            || (lies.HasFlag(Lie.SilentPrimary) && message is PrePrepare or NewView)
            || (lies.HasFlag(Lie.WithheldCommits) && message is Vote { Phase: VotePhase.Commit } && to % 2 == 0))
        {
            return null;
        }

        return message switch
        {
            PrePrepare m when lies.HasFlag(Lie.Equivocation) && to % 2 == 1 => Other(node, m),
            PrePrepare m when lies.HasFlag(Lie.Overwrite) && m.View.Value > 0 => Other(node, m),
            Vote m when lies.HasFlag(Lie.Overwrite) && m.View.Value > 0 && m.Signer == Self => Other(m),
            Vote m when lies.HasFlag(Lie.Equivocation) && m.Signer == Self && rng.Chance(0.5) => Other(m),
            ViewChange m when lies.HasFlag(Lie.ForgedViewChange) && m.Signer == Self => Forge(m.View),
            ChunkResponse m when lies.HasFlag(Lie.FalseState) => m with
            {
                Content = new ByteString([.. m.Content.Span[1..], (byte)rng.Below(256)]),
            },
            NewView m when lies.HasFlag(Lie.TwoNewViews) => Other(m),
            _ => message,
        };
    }

    private PrePrepare Other(SimNode node, PrePrepare message)
    {
        Proposal honest = message.Proposal;
        if (!_others.TryGetValue((honest.Height, message.View), out Proposal? other))
        {
            var parent = new ChainTip(new Height(honest.Height.Value - 1), honest.Parent);
            try
            {
                other = node.Application.ProposeOther(parent, honest) ?? honest;
            }
            catch (InvalidOperationException)
            {
                other = honest;
            }

            _others.Add((honest.Height, message.View), other);
        }

        return new PrePrepare(
            message.View, other, _sign(Subject(honest.Height, message.View, VotePhase.Prepare, other.Hash)));
    }

    private Vote Other(Vote vote)
    {
        Proposal? other = _others.GetValueOrDefault((vote.Height, vote.View))
            ?? _memory.OfType<PrePrepare>().FirstOrDefault(
                m => m.Proposal.Height == vote.Height && m.Proposal.Hash != vote.Block)?.Proposal;
        return other is null ? vote : vote with
        {
            Block = other.Hash,
            Signature = _sign(Subject(vote.Height, vote.View, vote.Phase, other.Hash)),
        };
    }

    private ViewChange Forge(View view)
    {
        QuorumCertificate? old = _memory.OfType<PeerStatus>().FirstOrDefault()?.Committed;
        var unsigned = new ViewChange(view, rng.Chance(0.5) ? old : null, [], Self, default);
        return unsigned with { Signature = _sign(unsigned.Hash(simulation.Chain, simulation.Validators.Epoch)) };
    }

    private NewView Other(NewView message)
    {
        if (simulation.Validators.PrimaryOf(message.View) != Self
            || !_changes.TryGetValue(message.View, out SortedDictionary<ReplicaId, ViewChange>? all)
            || all.Count < simulation.Validators.Quorum.Size)
        {
            return message;
        }

        ImmutableArray<ViewChange> chosen =
        [
            .. all.Values.Select(c => c.Signer == Self && rng.Chance(0.7) ? Forge(message.View) : c)
                .OrderBy(_ => rng.Next())
                .Take(simulation.Validators.Quorum.Size)
                .OrderBy(c => c.Signer),
        ];
        var unsigned = new NewView(message.View, chosen, default);
        return unsigned with { Signature = _sign(unsigned.Hash(simulation.Chain, simulation.Validators.Epoch)) };
    }

    private Digest Subject(Height height, View view, VotePhase phase, Digest block) =>
        new VoteSubject(simulation.Chain, simulation.Validators.Epoch, height, view, phase, block).Hash();
}
