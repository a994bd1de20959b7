using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Ledger.Tests;

/// <summary>Contradictions on the chain: LEDGER.md, rules E.</summary>
public class EvidenceTests
{
    [Theory]
    [InlineData(VotePhase.Prepare)]
    [InlineData(VotePhase.Commit)]
    [InlineData(VotePhase.Checkpoint)]
    public void E1_two_votes_of_any_phase_are_recorded_with_both_signatures(VotePhase phase)
    {
        var chain = new LedgerScenario();
        VoteContradiction lie = Contradictions.OfVotes(chain.Network, validator: 2, phase: phase);
        chain.Commit((chain.Network.HospitalIds[0], new ReportEquivocationBody(lie)));
        Evidence evidence = Assert.Single(chain.State.Evidence);
        Assert.Equal((1, chain.Network.ValidatorIds[2], chain.Network.HospitalIds[0], new Height(1)),
            (evidence.Number, evidence.Culprit, evidence.Reporter, evidence.Height));
        Assert.Equal(lie, evidence.Contradiction);
        Assert.Equal(1, chain.State.EvidenceAgainst(chain.Network.ValidatorIds[2]));
        Assert.Equal(0, chain.State.EvidenceAgainst(chain.Network.ValidatorIds[1]));
    }

    [Fact]
    public void E1_two_verdicts_and_two_models_of_one_attempt_are_recorded()
    {
        var chain = new LedgerScenario();
        chain.Commit((chain.Network.ValidatorIds[0], new ReportEquivocationBody(
                Contradictions.OfVerdicts(chain.Network))),
            (chain.Network.ValidatorIds[0], new ReportEquivocationBody(Contradictions.OfModels(chain.Network))));
        Assert.Equal(2, chain.State.EvidenceAgainst(chain.Network.ValidatorIds[1]));
    }

    [Fact]
    public void E1_a_view_change_with_a_false_certificate_is_recorded_and_one_with_good_ones_is_not()
    {
        var chain = new LedgerScenario();
        FalseCertificate lie = Contradictions.OfCertificate(chain.Network);
        Assert.Contains("is none or is good", Refusal(chain, lie with { Index = 0 }), StringComparison.Ordinal);
        Assert.Contains("is none or is good", Refusal(chain, lie with { Index = 2 }), StringComparison.Ordinal);
        Assert.Contains("is not signed by validator-2", Refusal(
            chain, lie with { Signature = default }), StringComparison.Ordinal);
        Assert.Contains("no view change", Refusal(
            chain, lie with { ViewChange = new ByteString([1, 2]) }), StringComparison.Ordinal);
        Assert.Contains("epoch", Refusal(chain, lie with { Epoch = new Epoch(3) }), StringComparison.Ordinal);
        Report(chain, lie);
        Assert.Equal(1, chain.State.EvidenceAgainst(chain.Network.ValidatorIds[1]));
        Assert.Contains("recorded already", Refusal(chain, lie), StringComparison.Ordinal);
        Assert.Null(Refusal(chain, Contradictions.OfCertificate(chain.Network, view: 10)));
    }

    [Fact]
    public void E2_one_offence_is_recorded_once_whichever_words_are_shown()
    {
        var chain = new LedgerScenario();
        Report(chain, Contradictions.OfVotes(chain.Network));
        Assert.Contains("recorded already", Refusal(chain, Contradictions.OfVotes(chain.Network, seed: 2)),
            StringComparison.Ordinal);
        Assert.Null(Refusal(chain, Contradictions.OfVotes(chain.Network, height: 8)));
        Assert.Null(Refusal(chain, Contradictions.OfVotes(chain.Network, phase: VotePhase.Prepare)));
        Report(chain, Contradictions.OfVerdicts(chain.Network));
        Assert.Contains("recorded already", Refusal(chain, Contradictions.OfVerdicts(chain.Network)),
            StringComparison.Ordinal);
        Assert.Null(Refusal(chain, Contradictions.OfVerdicts(chain.Network, attempt: 2)));
    }

    [Fact]
    public void E3_what_is_no_lie_is_refused()
    {
        var chain = new LedgerScenario();
        VoteContradiction lie = Contradictions.OfVotes(chain.Network);
        Assert.Contains("same block", Refusal(chain, lie with { Second = lie.First }), StringComparison.Ordinal);
        Assert.Contains("must come first", Refusal(
            chain, lie with { First = lie.Second, Second = lie.First }), StringComparison.Ordinal);
        Assert.Contains("epoch", Refusal(chain, lie with { Epoch = new Epoch(1) }), StringComparison.Ordinal);
        Assert.Contains("is no validator", Refusal(
            chain, lie with { Signer = new ReplicaId(4) }), StringComparison.Ordinal);
        Assert.All(
            new[]
            {
                lie with { Signer = new ReplicaId(0) }, lie with { View = new View(9) },
                lie with { Height = new Height(9) }, lie with { Phase = VotePhase.Prepare },
                lie with { First = lie.First with { Signature = lie.Second.Signature } },
            },
            forged => Assert.Contains("is not signed by", Refusal(chain, forged), StringComparison.Ordinal));
    }

    [Fact]
    public void E3_results_of_different_jobs_or_other_chains_contradict_nothing()
    {
        var chain = new LedgerScenario();
        JobContradiction lie = Contradictions.OfVerdicts(chain.Network);
        JobContradiction later = Contradictions.OfVerdicts(chain.Network, attempt: 2);
        Assert.Contains("not of the same job", Refusal(
            chain, JobContradiction.Of(lie.First, later.Second)), StringComparison.Ordinal);
        Assert.Contains("are the same", Refusal(
            chain, JobContradiction.Of(lie.First, lie.First)), StringComparison.Ordinal);
        Assert.Contains("must come first", Refusal(
            chain, new JobContradiction(lie.Second, lie.First)), StringComparison.Ordinal);
        Assert.Contains("is not signed by", Refusal(
            chain, lie with { Second = lie.Second with { Signature = lie.First.Signature } }),
            StringComparison.Ordinal);
        Assert.Contains("is not signed by", Refusal(
            chain, Contradictions.OfVerdicts(new TestNetwork(seed: 2))), StringComparison.Ordinal);
    }

    [Fact]
    public void E4_evidence_against_one_member_is_bounded()
    {
        var chain = new LedgerScenario();
        for (int i = 0; i < Evidence.PerMemberMax; i++)
        {
            Report(chain, Contradictions.OfVotes(chain.Network, height: (ulong)i + 1));
        }

        Assert.Contains("64 pieces of evidence", Refusal(
            chain, Contradictions.OfVotes(chain.Network, height: 100)), StringComparison.Ordinal);
        Assert.Null(Refusal(chain, Contradictions.OfVotes(chain.Network, validator: 2)));
    }

    [Fact]
    public void E5_evidence_holds_job_results_only_so_that_it_never_nests()
    {
        TestNetwork network = Samples.Network;
        SignedTransaction note = network.Sign(network.ValidatorIds[0], 1, new NoteBody(default));
        byte[] bytes = TransactionCodec.Encode(Samples.Signed(
            new ReportEquivocationBody(new JobContradiction(note, note))));
        Assert.Null(TransactionCodec.TryDecode(bytes, out string? fault));
        Assert.Contains("neither a verdict vote nor a model vote", fault, StringComparison.Ordinal);
    }

    private static void Report(LedgerScenario chain, Contradiction lie) =>
        chain.Commit((chain.Network.ValidatorIds[0], new ReportEquivocationBody(lie)));

    private static string? Refusal(LedgerScenario chain, Contradiction lie) =>
        chain.Refusal(chain.Network.ValidatorIds[0], new ReportEquivocationBody(lie));
}
