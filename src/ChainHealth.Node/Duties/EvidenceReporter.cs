using System.Collections.Concurrent;
using ChainHealth.Client;
using ChainHealth.Consensus;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Brings contradictions that this node has seen onto the chain. All honest nodes see most of them, so each
/// waits for its turn, by its number, and reports only what nobody before it has.</summary>
internal sealed class EvidenceReporter(ReplicaId self, ChainView view, OwnTransactions own, TimeProvider time)
{
    /// <summary>Contradictions that wait; a liar can fill its own share of the chain's evidence only.</summary>
    public const int WaitingMax = 1024;

    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Contradiction, long> _waiting = new();
    private readonly JobWatch _jobs = new();

    public int Waiting => _waiting.Count;

    /// <summary>Found by the replica.</summary>
    public void Found(Equivocation e) => Found(VoteContradiction.Of(
        e.Epoch, e.First.Height, e.First.View, e.First.Phase, e.Culprit,
        new SignedVote(e.First.Block, e.First.Signature), new SignedVote(e.Second.Block, e.Second.Signature)));

    /// <summary>A message of a validator did not verify: a view change that it signed with a certificate that is none
    /// is evidence.</summary>
    public void Refused(ConsensusMessage message)
    {
        if (message is not ViewChange change)
        {
            return;
        }

        var writer = new CanonicalWriter();
        ViewChange.Write(writer, change);
        ReadOnlySpan<byte> signed = writer.Written[..^Signature.Bytes];
        if (signed.Length > FalseCertificate.ViewChangeBytesMax)
        {
            return;
        }

        Genesis genesis = view.Genesis;
        ValidatorSet validators = genesis.ValidatorSet();
        var evidence = new FalseCertificate(validators.Epoch, new ByteString(signed.ToArray()), 0, change.Signature);
        int index = evidence.Read()?.FirstFalse(genesis.Hash(), validators) ?? -1;
        if (index >= 0 && validators.Verify(change.Signer, evidence.Hash(genesis.Hash()), change.Signature))
        {
            Found(evidence with { Index = index });
        }
    }

    /// <summary>Looks at a transaction whose signature was verified.</summary>
    public void Seen(SignedTransaction transaction)
    {
        if (_jobs.Look(transaction) is { } contradiction)
        {
            Found(contradiction);
        }
    }

    /// <summary>Reports what is due. Called now and then, and after each block.</summary>
    public void Tick()
    {
        foreach ((Contradiction contradiction, long since) in _waiting)
        {
            if (time.GetElapsedTime(since) < Turn * self.Value)
            {
                continue;
            }

            var body = new ReportEquivocationBody(contradiction);
            if (own.Act(body, body) is { Result: SubmitResult.Refused })
            {
                // Recorded, by us or by another, or of no more interest to the chain.
                _waiting.TryRemove(contradiction, out _);
                own.Forget(act => act.Equals(body));
            }
        }
    }

    private void Found(Contradiction contradiction)
    {
        if (_waiting.Count < WaitingMax && !view.State.Evidence.Any(e => e.Contradiction == contradiction))
        {
            _waiting.TryAdd(contradiction, time.GetTimestamp());
        }
    }
}
