using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Client.Tests;

public sealed class ProofVerifierTests
{
    private readonly RoundScenario _run = RoundScenario.Start().Approve().Round();
    private readonly ChainProof _proof;
    private readonly byte[] _model;

    public ProofVerifierTests()
    {
        FinalModel model = _run.Run.Models[0];
        CertifiedBlock tip = _run.Chain.Blocks[^1];
        _proof = ProofMaker.OfState(
            tip.Block.Header, tip.Certificate, _run.Chain.State, new ModelQuestion(model.Run, model.Round))!;
        _model = _run.Models[model.Model];
    }

    private ModelClaim Claim => (ModelClaim)_proof.Claim;

    private Genesis Genesis => _run.Chain.Network.Genesis;

    [Fact]
    public void A_true_proof_holds_in_every_step_and_names_its_signers()
    {
        ImmutableArray<ProofStep> steps = ProofVerifier.Verify(Genesis, _proof, _model);

        Assert.All(steps, s => Assert.Null(s.Fault));
        Assert.Equal(6, steps.Length);
        Assert.Equal("validator-1, validator-2, validator-3", steps.Single(s => s.Title == "signed by").Detail);
        Assert.Null(ProofVerifier.Fault(Genesis, _proof));
        byte[] file = ChainProofCodec.Encode(_proof);
        Assert.Null(ProofVerifier.Fault(Genesis, ChainProofCodec.TryDecode(file, out _)!));
    }

    [Fact]
    public void Another_genesis_does_not_take_it()
    {
        Genesis other = new ChainHealth.Testing.TestNetwork(seed: 2).Genesis;

        ImmutableArray<ProofStep> steps = ProofVerifier.Verify(other, _proof);

        Assert.Equal(["genesis", "certificate", "signed by"], steps.Where(s => !s.Holds).Select(s => s.Title));
    }

    [Fact]
    public void A_changed_header_is_not_the_one_that_was_signed()
    {
        BlockHeader forged = _proof.Header with { StateRoot = Examples.Digest(1) };

        Assert.Equal(["block header", "model in the state"], Faults(_proof with { Header = forged }));
        forged = _proof.Header with { Proposer = new ReplicaId(3) };
        Assert.Equal(["block header"], Faults(_proof with { Header = forged }));
    }

    [Fact]
    public void Too_few_signatures_make_nothing_final()
    {
        QuorumCertificate two = _run.Chain.Network.Certify(_proof.Header, signers: [0, 2]);

        Assert.Equal(["certificate", "signed by"], Faults(_proof with { Certificate = two }));
    }

    [Fact]
    public void A_signature_of_somebody_else_is_named()
    {
        ImmutableArray<Signature> signatures = _proof.Certificate.Signatures;
        QuorumCertificate forged = _proof.Certificate with { Signatures = signatures.SetItem(1, signatures[0]) };

        ProofStep step = ProofVerifier.Verify(Genesis, _proof with { Certificate = forged })
            .Single(s => s.Title == "signed by");
        Assert.Equal("validator-1, validator-3", step.Detail);
        Assert.Contains("not signed by validator-2", step.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Signers_beyond_the_signatures_and_beyond_the_validators_are_faults()
    {
        QuorumCertificate c = _proof.Certificate;

        Assert.Contains("certificate", Faults(_proof with { Certificate = c with { Signers = 15 } }));
        Assert.Contains("certificate", Faults(_proof with { Certificate = c with { Signers = c.Signers << 8 } }));
        Assert.Contains("certificate", Faults(_proof with { Certificate = c with { Signatures = [] } }));
    }

    [Fact]
    public void Votes_of_another_phase_make_nothing_final()
    {
        QuorumCertificate prepared = _proof.Certificate with { Phase = VotePhase.Prepare };

        Assert.Equal(["certificate", "signed by"], Faults(_proof with { Certificate = prepared }));
    }

    [Fact]
    public void Another_model_round_or_count_of_updates_is_not_in_the_state()
    {
        FinalModel model = Claim.Model;

        FinalModel other = model with { Model = Examples.Digest(9) };
        Assert.Equal(["model in the state", "model file"], Faults(With(Claim with { Model = other })));
        Assert.Equal(["model in the state"], Faults(With(Claim with { Model = model with { Round = 2 } })));
        Assert.Equal(["model in the state"], Faults(With(Claim with { Model = model with { AcceptedUpdates = 99 } })));
    }

    [Fact]
    public void A_path_through_another_section_is_refused()
    {
        StateProof inclusion = Claim.Inclusion;
        StateProof moved = inclusion with { AmongSections = inclusion.AmongSections with { Index = 1 } };

        Assert.Equal(["model in the state"], Faults(With(Claim with { Inclusion = moved })));
    }

    [Fact]
    public void A_model_file_with_one_bit_changed_is_not_the_model()
    {
        byte[] changed = [.. _model];
        changed[^1] ^= 1;

        Assert.Contains("the file's hash is", ProofVerifier.Fault(Genesis, _proof, changed), StringComparison.Ordinal);
    }

    private ChainProof With(ProofClaim claim) => _proof with { Claim = claim };

    private IEnumerable<string> Faults(ChainProof proof) =>
        ProofVerifier.Verify(Genesis, proof, _model).Where(s => !s.Holds).Select(s => s.Title);
}
