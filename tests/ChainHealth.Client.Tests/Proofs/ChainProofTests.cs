using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using ChainHealth.Testing;
using CsCheck;

namespace ChainHealth.Client.Tests;

/// <summary>Proofs of every kind of fact, from a chain that has them all.</summary>
public sealed class ChainProofTests
{
    private static readonly LedgerScenario Chain = Build();

    private static readonly Dictionary<string, ProofQuestion> Questions = new()
    {
        ["transaction"] = new TransactionQuestion(new Height(2), Chain.Blocks[1].Block.Transactions[0].Id),
        ["verdict"] = new VerdictQuestion(new RunId(1), 1),
        ["model"] = new ModelQuestion(new RunId(1), 1),
        ["member"] = new MemberQuestion(Chain.Network.HospitalIds[0]),
        ["suspended"] = new MemberQuestion(Chain.Network.HospitalIds[4]),
        ["dataset"] = new AnchorQuestion(Chain.Network.HospitalIds[0], 1),
        ["audit"] = new AnchorQuestion(Chain.Network.Dashboard, 0),
    };

    public static TheoryData<string> Names => [.. Questions.Keys];

    private static Genesis Genesis => Chain.Network.Genesis;

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_fact_is_proven_from_the_genesis_alone_through_a_file(string name)
    {
        byte[] file = ChainProofCodec.Encode(Prove(name));
        ChainProof proof = ChainProofCodec.TryDecode(file, out string? fault)!;
        Assert.Null(fault);
        Assert.Equal(file, ChainProofCodec.Encode(proof));
        Assert.All(ProofVerifier.Verify(Genesis, proof), s => Assert.Null(s.Fault));
        Assert.NotEmpty(proof.Claim.Text);
        Assert.True(file.Length < 4096, $"{file.Length} bytes");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_changed_byte_is_a_fault_of_the_file_or_of_a_step(string name)
    {
        byte[] good = ChainProofCodec.Encode(Prove(name));
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte[1, 255]).Sample(
            (at, flip) =>
            {
                byte[] bad = [.. good];
                bad[at] ^= flip;
                ChainProof? proof = ChainProofCodec.TryDecode(bad, out string? fault);
                Assert.Equal(proof is null, fault is not null);
                Assert.True(proof is null || ProofVerifier.Fault(Genesis, proof) is not null, $"byte {at} of {name}");
                Assert.Null(ChainProofCodec.TryDecode(good.AsSpan(0, at), out _));
            },
            iter: 300);
    }

    [Fact]
    public void Random_bytes_are_a_fault() => Gen.Byte.Array[0, 400].Sample(
        bytes => Assert.Null(ChainProofCodec.TryDecode(bytes, out string? fault) is null && fault is null ? "" : null),
        iter: 2000);

    [Fact]
    public void Other_files_and_versions_are_named()
    {
        byte[] good = ChainProofCodec.Encode(Prove("model"));
        Assert.Equal("not a proof file", Fault([]));
        Assert.Equal("not a proof file", Fault([1, 2, 3]));
        Assert.Contains("version 1; only 2", Fault([.. good[..4], 1, 0, .. good[6..]]), StringComparison.Ordinal);
        Assert.Contains("at most", Fault(new byte[ClientLimits.ProofBytesMax + 1]), StringComparison.Ordinal);
        Assert.Contains("bytes left over", Fault([.. good, 0]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_suspension_cannot_be_left_out_of_a_members_proof()
    {
        ChainProof proof = Prove("suspended");
        var claim = (MemberClaim)proof.Claim;
        Assert.Equal("key lost", claim.Suspension!.Reason);
        ChainProof hidden = proof with { Claim = claim with { Suspension = null } };
        Assert.Contains("with this standing", ProofVerifier.Fault(Genesis, hidden), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fact_of_one_kind_cannot_pass_for_another()
    {
        var model = (ModelClaim)Prove("model").Claim;
        var member = (MemberClaim)Prove("member").Claim;
        var verdict = (VerdictClaim)Prove("verdict").Claim;
        ProofClaim[] crossed =
        [
            model with { Inclusion = member.Inclusion }, member with { Inclusion = model.Inclusion },
            verdict with { Inclusion = member.Inclusion },
            verdict with { Round = verdict.Round with { Run = new RunId(2) } },
        ];
        Assert.All(crossed, c => Assert.NotNull(ProofVerifier.Fault(Genesis, Prove("model") with { Claim = c })));
    }

    [Fact]
    public void The_verdicts_in_a_proof_are_those_of_the_round()
    {
        ChainProof proof = Prove("verdict");
        ProofStep step = ProofVerifier.Verify(Genesis, proof).Single(s => s.Title == "verdicts");
        RoundRecord record = Chain.State.Runs[new RunId(1)].Records[0];
        Assert.All(record.Outcomes, o => Assert.Contains(
            $"{Chain.State.Members[o.Hospital].Name} {o.Verdict.ToString().ToLowerInvariant()}", step.Detail,
            StringComparison.Ordinal));
    }

    [Fact]
    public void A_transaction_is_not_proven_at_another_place_or_in_another_block()
    {
        ChainProof proof = Prove("transaction");
        var claim = (TransactionClaim)proof.Claim;
        ChainProof moved = proof with { Claim = claim with { InBlock = claim.InBlock with { Index = 1 } } };
        Assert.Contains("at this place", ProofVerifier.Fault(Genesis, moved), StringComparison.Ordinal);
        CertifiedBlock other = Chain.Blocks[0];
        ChainProof elsewhere = proof with { Header = other.Block.Header, Certificate = other.Certificate };
        Assert.Contains("does not hold it", ProofVerifier.Fault(Genesis, elsewhere), StringComparison.Ordinal);
        Assert.Null(ProofMaker.OfTransaction(other, claim.Transaction.Id));
    }

    [Fact]
    public void What_the_chain_does_not_hold_has_no_proof()
    {
        CertifiedBlock tip = Chain.Blocks[^1];
        ProofQuestion[] nothing =
        [
            new VerdictQuestion(new RunId(1), 9), new VerdictQuestion(new RunId(9), 1),
            new ModelQuestion(new RunId(1), 9), new MemberQuestion(new MemberId(99)),
            new AnchorQuestion(Chain.Network.Dashboard, 9), new AnchorQuestion(Chain.Network.Operator, 0),
            new AnchorQuestion(Chain.Network.Dashboard, -1),
        ];
        Assert.All(nothing, q => Assert.Null(
            ProofMaker.OfState(tip.Block.Header, tip.Certificate, Chain.State, q)));
    }

    [Fact]
    public void A_record_is_recognised_by_its_seal_and_an_altered_one_is_not()
    {
        ReadOnlyMemory<byte>[] records = [.. Enumerable.Range(0, 5).Select(i => new byte[] { (byte)i, 7 })];
        ImmutableArray<Digest> salts = [.. Enumerable.Range(0, 5).Select(Examples.Digest)];
        RecordSeals seals = RecordSeals.Of(records, salts);
        var anchor = new DatasetAnchor(new MemberId(5), default, default, "wdbc", 1, seals.Root, seals.Records);
        for (int i = 0; i < records.Length; i++)
        {
            Assert.Null(RecordSeals.Fault(anchor, records[i].Span, seals.SealOf(i)));
        }

        Assert.Contains("number 3 of 'wdbc'", RecordSeals.Fault(anchor, [2, 8], seals.SealOf(2)),
            StringComparison.Ordinal);
        RecordSeal otherSalt = seals.SealOf(2) with { Salt = Digest.Zero };
        Assert.NotNull(RecordSeals.Fault(anchor, records[2].Span, otherSalt));
        Assert.Contains("the anchor of one of 4", RecordSeals.Fault(
            anchor with { Records = 4 }, records[2].Span, seals.SealOf(2)), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => RecordSeals.Of(records, salts[..4]));
    }

    private static ChainProof Prove(string name)
    {
        ProofQuestion question = Questions[name];
        CertifiedBlock tip = Chain.Blocks[^1];
        return (question is TransactionQuestion q
            ? ProofMaker.OfTransaction(Chain.Blocks[(int)q.Height.Value - 1], q.Id)
            : ProofMaker.OfState(tip.Block.Header, tip.Certificate, Chain.State, question))!;
    }

    private static string Fault(byte[] bytes)
    {
        Assert.Null(ChainProofCodec.TryDecode(bytes, out string? fault));
        return fault!;
    }

    private static LedgerScenario Build()
    {
        RoundScenario run = RoundScenario.Start().Approve().Round(800, new MemberId(6));
        LedgerScenario chain = run.Chain;
        chain.Commit(
            (chain.Network.HospitalIds[0], new AnchorDatasetBody("wdbc", Examples.Digest(1), 100)),
            (chain.Network.Dashboard, new AnchorAuditBody(Examples.Digest(2), 12)));
        chain.Commit([.. chain.Network.ValidatorIds.Take(3).Select(v => (
            v, (TransactionBody)new SuspendMemberBody(chain.Network.HospitalIds[4], "key lost", default)))]);
        return chain;
    }
}
