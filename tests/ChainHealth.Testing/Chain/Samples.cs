using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Testing;

/// <summary>One body of each kind.</summary>
public static class Samples
{
    public static readonly TestNetwork Network = new();

    private static readonly RunId Run = new(3);
    private static readonly Digest Model = Digest.Sha256([7]);
    private static readonly JobCost Cost = new(123_456, 78, 90);

    public static ImmutableArray<TransactionBody> Bodies { get; } =
    [
        new NoteBody(new ByteString([1, 2, 3])),
        new AdmitMemberBody(Network.Candidate("hospital-new")),
        new StartRunBody(TestPlans.WithEveryCheck(Network)),
        new StopRunBody(Run, "enough"),
        new ApprovePlanBody(Run, Digest.Sha256([1])),
        new CommitPoolBody(Run, new PoolCommitment(TestPlans.Shares("pool"), 64, 1000)),
        new AttestPoolBody(Run),
        new CommitUpdateBody(Run, 2, TestPlans.Shares("update"), 100, 5000),
        new AttestUpdatesBody(Run, 2, [new MemberId(5), new MemberId(6)]),
        new CastVerdictBody(Run, 2, new VerdictVote(1, new UInt128(5, 9), Digest.Sha256([2]), Cost)),
        new CastModelBody(Run, 2, new ModelVote(4, Model, Cost) { AggregateRefused = true }),
        new ReportAbortBody(Run, 2, 1, "exchange 7 timed out"),
        new ConfirmModelBody(Run, 2, Model),
        new ReportMetricsBody(Run, 2, Model, new PublicMetrics(900, [890, 910], 950)),
        new ReportEquivocationBody(Contradictions.OfVotes(Network)),
        new SuspendMemberBody(new MemberId(6), "key lost", new Height(70)),
        new ReinstateMemberBody(new MemberId(6), new Height(80)),
        new RotateMemberKeysBody(Network.Candidate("hospital-2") with { Id = new MemberId(6) }, new Height(90)),
        new AnchorDatasetBody("wdbc", Digest.Sha256([3]), 569),
        new AnchorAuditBody(Digest.Sha256([4]), 12),
        new ProposeMemberBody(Network.Candidate("hospital-new")),
        new CommitReferenceBody(Run, 2, TestPlans.Shares("reference"), 4000),
        new AttestReferenceBody(Run, 2),
        new ReportFaultBody(Run, 2, new FaultReport(
            1, FaultKind.Tag, 12, new MemberId(2), new MemberId(3), [Digest.Sha256([4])])),
        new StateCopiesBody(Run, 2, new CopyStatement(
            1, 12, new MemberId(2), new MemberId(3), new MemberId(1), [Digest.Sha256([5])])),
    ];

    public static SignedTransaction Signed(TransactionBody body, ulong nonce = 1) =>
        Network.Sign(Network.ValidatorIds[0], nonce, body);
}
