using ChainHealth.Federation;
using ChainHealth.Primitives;
using ChainHealth.Testing;
using CsCheck;

namespace ChainHealth.Ledger.Tests;

/// <summary>Members act at random, mostly out of turn. Whatever the rules let through must replay to the same root, in
/// blocks that went through bytes.</summary>
public class RandomHistoryTests
{
    private static readonly TestNetwork Network = Samples.Network;

    [Fact]
    public void Any_history_replays_to_the_same_root() => Gen.ULong.Sample(seed =>
    {
        var random = new SplitMix64(seed);
        LedgerState state = LedgerState.FromGenesis(Network.Genesis);
        LedgerState replayed = state;
        Instant now = state.Time;

        // Signatures are no matter here: the verifier of this test takes them all.
        var verifier = new TransactionVerifier(Network.Chain, (_, _, _) => true);
        for (int height = 1; height <= 60; height++)
        {
            now = new Instant(now.UnixMs + random.Below(2500));
            VerifiedTransaction[] candidates = [.. Candidates(state, ref random)
                .Select(t => verifier.Verify(t, state, out _)!)];
            BuiltBlock built = BlockBuilder.Build(state, candidates, now, new ReplicaId(0));
            Assert.Equal(candidates.Length, built.Block.Transactions.Length + built.Dropped.Length);
            Assert.Null(BlockRules.Check(state, built.Block, now, verifier).Fault);
            Block decoded = BlockCodec.TryDecode(BlockCodec.Encode(built.Block), out _)!;
            BlockOutcome outcome = replayed.Apply(decoded);
            Assert.Null(outcome.Fault);
            (state, replayed) = (built.Next, outcome.Next!);
            Assert.Equal((state.Root, state.Tip), (replayed.Root, replayed.Tip));
            Assert.Equal(state.Runs.Values.SelectMany(r => r.Models).Count(), state.FinalModels.Length);
            Assert.Equal((ulong)state.Nonces.Values.Sum(n => (long)n), state.TransactionCount);
        }
    }, iter: 40);

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
