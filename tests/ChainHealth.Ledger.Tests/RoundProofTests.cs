using ChainHealth.Federation;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Ledger.Tests;

public class RoundProofTests
{
    private static readonly LedgerState State =
        RoundScenario.Start().Approve().Round(800, new MemberId(6)).Round().Chain.State;

    private static readonly RunState Run = State.Runs[new RunId(1)];

    [Fact]
    public void Each_round_is_shown_with_its_verdicts_under_the_state_root()
    {
        StateProof inState = StateProof.Prove(State, Run)!;
        foreach (RoundRecord record in Run.Records)
        {
            RoundProof proof = RoundProof.Prove(Run, record.Number)!;
            Assert.True(inState.VerifyRun(State.Root, proof.RunDigest()!.Value));
            ProvenRound read = proof.Read(out string? fault)!;
            Assert.Null(fault);
            Assert.Equal(record.Number, read.Number);
            Assert.Equal(record.ModelBefore, read.ModelBefore);
            Assert.Equal(
                record.Outcomes.Select(o => (o.Hospital, o.Verdict, o.Reason)),
                read.Verdicts.Select(v => (v.Hospital, v.Verdict, v.Reason)));
        }

        Assert.Null(RoundProof.Prove(Run, 99));
    }

    [Fact]
    public void A_changed_record_run_or_path_does_not_hold()
    {
        StateProof inState = StateProof.Prove(State, Run)!;
        RoundProof proof = RoundProof.Prove(Run, 1)!;
        byte[] lie = proof.Record.Span.ToArray();
        lie[^1] ^= 1;
        Assert.Null((proof with { Record = new ByteString(lie) }).RunDigest());
        Assert.Null((proof with { InRecords = proof.InRecords with { Index = 1 } }).RunDigest());
        RoundProof[] others =
        [
            proof with { Run = new RunId(2) }, proof with { Head = Digest.Zero },
            proof with { ModelsRoot = Digest.Zero },
        ];
        Assert.All(others, o => Assert.False(inState.VerifyRun(State.Root, o.RunDigest()!.Value)));
    }

    [Fact]
    public void Decoding_an_encoded_proof_gives_the_same_proof()
    {
        RoundProof proof = RoundProof.Prove(Run, 2)!;
        var writer = new CanonicalWriter();
        RoundProof.Write(writer, proof);
        var reader = new CanonicalReader(writer.Written);
        RoundProof decoded = RoundProof.Read(ref reader);
        Assert.True(reader.Finish());
        Assert.Equal(proof.RunDigest(), decoded.RunDigest());
    }
}
