using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>What proves a contradiction (LEDGER.md, rules E).</summary>
internal static class EvidenceRules
{
    public static string? Report(LedgerDraft draft, Member reporter, ReportEquivocationBody body)
    {
        if (CulpritOf(draft, body.Contradiction, out string? fault) is not { } culprit)
        {
            return fault;
        }

        Evidence[] known = [.. draft.Evidence.Where(e => e.Culprit == culprit.Id)];
        fault = known.Any(e => IsSameOffence(e.Contradiction, body.Contradiction))
                ? $"this contradiction of {culprit.Name} ({culprit.Id}) is recorded already"
            : known.Length >= Evidence.PerMemberMax
                ? $"{known.Length} pieces of evidence against {culprit.Name} ({culprit.Id}) are recorded already"
            : ProofFault(draft, culprit, body.Contradiction);
        if (fault is null)
        {
            draft.Evidence = draft.Evidence.Add(new Evidence(
                draft.Evidence.Length + 1, culprit.Id, reporter.Id, draft.Height, draft.Time, body.Contradiction));
        }

        return fault;
    }

    private static Member? CulpritOf(LedgerDraft draft, Contradiction contradiction, out string? fault)
    {
        Member? culprit = null;
        switch (contradiction)
        {
            case VoteContradiction v:
                culprit = ValidatorOf(draft, v.Signer, out fault);
                break;
            case FalseCertificate f when f.Read() is { } claim:
                culprit = ValidatorOf(draft, claim.Signer, out fault);
                break;
            case FalseCertificate:
                fault = "evidence: the bytes are no view change";
                break;
            case JobContradiction j:
                MemberId sender = j.First.Transaction.Sender;
                culprit = draft.Members.GetValueOrDefault(sender);
                fault = culprit is null ? $"evidence: {sender} is no member" : null;
                break;
            default:
                fault = $"unknown contradiction {contradiction.GetType().Name}";
                break;
        }

        return culprit;
    }

    /// <summary>One offence is recorded once, whichever two of its many words are shown.</summary>
    private static bool IsSameOffence(Contradiction a, Contradiction b) => (a, b) switch
    {
        (VoteContradiction x, VoteContradiction y) =>
            (x.Epoch, x.Height, x.View, x.Phase) == (y.Epoch, y.Height, y.View, y.Phase),
        (JobContradiction x, JobContradiction y) =>
            JobOf(x.First.Transaction.Body)?.Job == JobOf(y.First.Transaction.Body)?.Job,
        (FalseCertificate x, FalseCertificate y) => (x.Epoch, x.Read()?.View) == (y.Epoch, y.Read()?.View),
        _ => false,
    };

    private static Member? ValidatorOf(LedgerDraft draft, ReplicaId replica, out string? fault)
    {
        Member? validator = Validators(draft).ElementAtOrDefault(replica.Value);
        fault = validator is null ? $"evidence: {replica} is no validator" : null;
        return validator;
    }

    private static IEnumerable<Member> Validators(LedgerDraft draft) =>
        draft.Members.Values.Where(m => m.Role == MemberRole.Validator);

    /// <summary>Costs two signature checks; for a false certificate those that the certificate has.</summary>
    private static string? ProofFault(LedgerDraft draft, Member culprit, Contradiction contradiction) =>
        contradiction switch
        {
            VoteContradiction v => VoteFault(draft, culprit, v),
            JobContradiction j => JobFault(draft, culprit, j),
            FalseCertificate f => CertificateFault(draft, culprit, f),
            _ => "unknown contradiction",
        };

    private static string? VoteFault(LedgerDraft draft, Member culprit, VoteContradiction v)
    {
        bool IsSigned(SignedVote vote) => Secp256k1.Verify(
            culprit.SigningKey,
            new VoteSubject(draft.Chain, v.Epoch, v.Height, v.View, v.Phase, vote.Block).Hash(), vote.Signature);

        return v.First.Block == v.Second.Block ? "evidence: the two votes are for the same block"
            : v.First.Block.CompareTo(v.Second.Block) > 0 ? "evidence: the lower block digest must come first"
            : v.Epoch != draft.Epoch ? $"evidence is of epoch {v.Epoch}, this is {draft.Epoch}"
            : !IsSigned(v.First) || !IsSigned(v.Second)
                ? $"evidence: a vote is not signed by {culprit.Name} ({culprit.Id})" : null;
    }

    private static string? CertificateFault(LedgerDraft draft, Member culprit, FalseCertificate f)
    {
        var set = new ValidatorSet(draft.Epoch, [.. Validators(draft).Select(v => v.SigningKey)]);
        return f.Epoch != draft.Epoch ? $"evidence is of epoch {f.Epoch}, this is {draft.Epoch}"
            : !Secp256k1.Verify(culprit.SigningKey, f.Hash(draft.Chain), f.Signature)
                ? $"evidence: the view change is not signed by {culprit.Name} ({culprit.Id})"
            : !f.Read()!.IsFalse(f.Index, draft.Chain, set)
                ? $"evidence: certificate {f.Index} of the view change is none or is good" : null;
    }

    private static string? JobFault(LedgerDraft draft, Member culprit, JobContradiction j)
    {
        bool IsSigned(SignedTransaction t) => t.Transaction.Chain == draft.Chain
            && t.Transaction.Sender == culprit.Id && Secp256k1.Verify(culprit.SigningKey, t.Id, t.Signature);

        (string Job, object Result)? first = JobOf(j.First.Transaction.Body);
        (string Job, object Result)? second = JobOf(j.Second.Transaction.Body);
        return first is null || first.Value.Job != second?.Job ? "evidence: the two results are not of the same job"
            : first.Value.Result.Equals(second.Value.Result) ? "evidence: the two results are the same"
            : j.First.Id.CompareTo(j.Second.Id) > 0 ? "evidence: the lower transaction id must come first"
            : !IsSigned(j.First) || !IsSigned(j.Second)
                ? $"evidence: a result is not signed by {culprit.Name} ({culprit.Id}) for this chain" : null;
    }

    /// <summary>Which attempt of which job a body is the result of, and what a quorum has to agree on in it; null for
    /// any other body.</summary>
    private static (string Job, object Result)? JobOf(TransactionBody body) => body switch
    {
        CastVerdictBody b => ($"check {b.Run} {b.Round} {b.Vote.Attempt}", b.Vote.Matter),
        CastModelBody b => ($"aggregate {b.Run} {b.Round} {b.Vote.Attempt}", b.Vote.Matter),
        _ => null,
    };
}
