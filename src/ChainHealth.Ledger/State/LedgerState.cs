using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Everything that the chain has decided, as an immutable value: the same blocks give the same state on every
/// node and in every client. <see cref="Root"/> is the oracle.</summary>
public sealed partial record LedgerState
{
    public required Digest Chain { get; init; }

    /// <summary>Height, hash and time of the last block applied.</summary>
    public required Height Height { get; init; }

    public required Digest Tip { get; init; }

    public required Instant Time { get; init; }

    public required ImmutableSortedDictionary<MemberId, Member> Members { get; init; }

    /// <summary>Number of transactions applied for each member; the next nonce is one more.</summary>
    public required ImmutableSortedDictionary<MemberId, ulong> Nonces { get; init; }

    /// <summary>Members whose transactions are refused, from the next block on.</summary>
    public ImmutableSortedDictionary<MemberId, Suspension> Suspensions { get; init; } =
        ImmutableSortedDictionary<MemberId, Suspension>.Empty;

    /// <summary>Changes of the members that are voted on or decided for later.</summary>
    public MotionTable Motions { get; init; } = MotionTable.Empty;

    public required ImmutableSortedDictionary<RunId, RunState> Runs { get; init; }

    /// <summary>Of all runs, in the order in which they became final: the leaves that a model proof shows.</summary>
    public ImmutableArray<FinalModel> FinalModels { get; init; } = [];

    /// <summary>Proven contradictions, oldest first.</summary>
    public ImmutableArray<Evidence> Evidence { get; init; } = [];

    /// <summary>Anchors of each member, oldest first.</summary>
    public ImmutableSortedDictionary<MemberId, ImmutableArray<Anchor>> Anchors { get; init; } =
        ImmutableSortedDictionary<MemberId, ImmutableArray<Anchor>>.Empty;

    public required ulong TransactionCount { get; init; }

    /// <summary>The validators in force are those of genesis (LEDGER.md, "Members").</summary>
    public Epoch Epoch => new(0);

    /// <summary>Root over all sections; the tip is left out, since it names the block that names this root. Costs the
    /// sections that changed since they were last asked for.</summary>
    public Digest Root => StateSections.Root(this);

    /// <summary>Runs that have not ended: the only ones that a block has to look at.</summary>
    internal ImmutableSortedSet<RunId> OpenRuns { get; init; } = [];

    /// <summary>The state before the first block: height 0, and the chain id as the tip.</summary>
    /// <exception cref="ArgumentException">The genesis breaks <see cref="GenesisRules"/>.</exception>
    public static LedgerState FromGenesis(Genesis genesis)
    {
        if (GenesisRules.Fault(genesis) is { } fault)
        {
            throw new ArgumentException(fault, nameof(genesis));
        }

        Digest chain = genesis.Hash();
        return new LedgerState
        {
            Chain = chain,
            Height = new Height(0),
            Tip = chain,
            Time = genesis.Time,
            Members = genesis.Members.ToImmutableSortedDictionary(m => m.Id, m => m),
            Nonces = ImmutableSortedDictionary<MemberId, ulong>.Empty,
            Runs = ImmutableSortedDictionary<RunId, RunState>.Empty,
            TransactionCount = 0,
        };
    }

    /// <summary>The nonce of the member's next transaction.</summary>
    public ulong NextNonce(MemberId member) => Nonces.GetValueOrDefault(member) + 1;

    /// <summary>Pieces of evidence against the member.</summary>
    public int EvidenceAgainst(MemberId member) => Evidence.Count(e => e.Culprit == member);

    /// <summary>The newest anchor of a data set; null where there is none.</summary>
    public DatasetAnchor? DatasetAnchorOf(MemberId member, string name) =>
        Anchors.TryGetValue(member, out ImmutableArray<Anchor> own)
            ? own.OfType<DatasetAnchor>().LastOrDefault(a => a.Name == name) : null;

    /// <summary>When a block is due even if nobody submits anything: the earliest deadline of a run. The block maker
    /// proposes an empty block once it has passed.</summary>
    public Instant? NextDeadline() =>
        OpenRuns.Select(id => RunRules.NextDeadline(Runs[id])).Where(d => d is not null).Min();

    /// <summary>The block after this state in the making, at this time (or this state's, if that is later).</summary>
    public LedgerDraft Draft(Instant time) => new(this, time);

    /// <summary>Whether the transaction could stand alone in the next block; null, or the reason why not. The very
    /// function by which blocks are built and checked (<see cref="LedgerDraft.TryApply"/>); a pool of several
    /// transactions keeps a draft instead.</summary>
    public string? Check(VerifiedTransaction transaction, Instant time) => Draft(time).TryApply(transaction);

    /// <summary>The state after a block that is final. All rules are applied and both roots compared; signatures of
    /// transactions and freshness are not, since 2f+1 validators have judged them by signing. The caller has checked
    /// the certificate.</summary>
    public BlockOutcome Apply(Block block) => BlockRules.Replay(this, block);
}
