using ChainHealth.Federation;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Ledger.Tests;

/// <summary>Members act at random, mostly out of turn; what the rules let through goes into blocks.</summary>
internal sealed class RandomHistory(ulong seed)
{
    private static readonly TestNetwork Network = Samples.Network;

    private SplitMix64 _random = new(seed);

    // Signatures are no matter here: the verifier of these tests takes them all.
    private readonly TransactionVerifier _verifier = new(Network.Chain, (_, _, _) => true);
    private Instant _now = Network.Genesis.Time;

    public LedgerState State { get; private set; } = LedgerState.FromGenesis(Network.Genesis);

    /// <summary>The next block, checked in full; <see cref="State"/> is then the state after it.</summary>
    public Block Next()
    {
        _now = new Instant(_now.UnixMs + _random.Below(2500));
        VerifiedTransaction[] candidates =
            [.. Candidates(State, ref _random).Select(t => _verifier.Verify(t, State, out _)!)];
        BuiltBlock built = BlockBuilder.Build(State, candidates, _now, new ReplicaId(0));
        Assert.Equal(candidates.Length, built.Block.Transactions.Length + built.Dropped.Length);
        Assert.Null(BlockRules.Check(State, built.Block, _now, _verifier).Fault);
        State = built.Next;
        return built.Block;
    }

    private static List<SignedTransaction> Candidates(LedgerState state, ref SplitMix64 random)
    {
        var nonces = new Dictionary<MemberId, ulong>();
        var result = new List<SignedTransaction>();
        for (int i = random.Below(24); i > 0; i--)
        {
            var sender = new MemberId((uint)random.Below(Network.Genesis.Members.Length) + 1);
            TransactionBody body = Body(state, sender, ref random);
            ulong nonce = nonces.GetValueOrDefault(sender, state.NextNonce(sender));
            nonces[sender] = nonce + (random.Below(20) == 0 ? 0UL : 1UL);
            result.Add(new SignedTransaction(new Transaction(state.Chain, sender, nonce, body), default));
        }

        return result;
    }

    private static TransactionBody Body(LedgerState state, MemberId sender, ref SplitMix64 random)
    {
        if (random.Below(12) == 0)
        {
            return MemberAct(state, ref random);
        }

        if (state.Runs.IsEmpty || random.Below(40) == 0)
        {
            return new StartRunBody(TestPlans.Sound(Network, check: random.Below(2) == 0));
        }

        RunState run = state.Runs.Values.Last();
        int round = run.Round;
        var metrics = new PublicMetrics(random.Below(1001), [500, 500], 500);
        switch (state.Members[sender].Role)
        {
            case MemberRole.Hospital when run.Phase is ApprovalPhase:
                return new ApprovePlanBody(run.Id, run.PlanHash);
            case MemberRole.Hospital when run.Phase is TrainPhase:
                return new CommitUpdateBody(run.Id, round, TestPlans.Shares($"{round} {sender}"), 9, 9);
            case MemberRole.Hospital:
                return new ConfirmModelBody(run.Id, random.Below(round + 1), run.Model);
            case MemberRole.Validator:
                return Committee(run, round, ref random);
            case MemberRole.Provider when run.Phase is ApprovalPhase:
                return new CommitPoolBody(run.Id, new PoolCommitment(TestPlans.Shares("pool"), 64, 9));
            case MemberRole.Provider when random.Below(60) == 0:
                return new StopRunBody(run.Id, "");
            default:
                return new ReportMetricsBody(run.Id, round, run.Model, metrics);
        }
    }

    private static TransactionBody MemberAct(LedgerState state, ref SplitMix64 random)
    {
        var member = new MemberId((uint)random.Below(state.Members.Count) + 1);
        var at = new Height(state.Height.Value + (ulong)random.Below(3));
        return random.Below(7) switch
        {
            0 => new SuspendMemberBody(member, "random", random.Below(2) == 0 ? default : at),
            1 => new ReinstateMemberBody(member, default),
            2 => new AdmitMemberBody(Network.Candidate($"guest-{random.Below(3)}")),
            3 => new ProposeMemberBody(Network.Candidate($"guest-{random.Below(3)}")),
            4 => new AnchorDatasetBody($"set-{random.Below(2)}", Digest.Sha256([(byte)random.Below(9)]), 10),
            5 => new AnchorAuditBody(Digest.Sha256([1]), random.Below(50)),
            _ => new ReportEquivocationBody(Contradictions.OfVotes(Network, random.Below(4), (ulong)random.Below(5))),
        };
    }

    private static TransactionBody Committee(RunState run, int round, ref SplitMix64 random) => run.Phase switch
    {
        ApprovalPhase => new AttestPoolBody(run.Id),
        AttestPhase p => new AttestUpdatesBody(run.Id, round, [.. p.Commitments.Keys]),
        CheckPhase p when random.Below(6) == 0 => new ReportAbortBody(run.Id, round, p.Attempt, "lost"),
        CheckPhase p => new CastVerdictBody(run.Id, round, new VerdictVote(
            p.Attempt, (UInt128)(random.Below(8) == 0 ? 1 : 7), Digest.Zero, new JobCost(1, 1, random.Below(9)))),
        AggregatePhase p when random.Below(6) == 0 => new ReportAbortBody(run.Id, round, p.Attempt, "lost"),
        AggregatePhase p => new CastModelBody(run.Id, round, new ModelVote(
            p.Attempt, Digest.Sha256([(byte)random.Below(2), (byte)round]), default)),
        _ => new NoteBody(new ByteString([1])),
    };
}
