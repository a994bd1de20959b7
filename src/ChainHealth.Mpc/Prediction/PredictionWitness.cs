using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>At a validator: what it can still say of the predictions that failed last. Thread-safe. An attempt is begun
/// once only, so that no two sessions go by one name and no honest word can contradict another.</summary>
public sealed class PredictionWitness(SigningKey key)
{
    public const int AttemptsMax = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<Digest, Attempt> _attempts = [];
    private readonly Queue<Digest> _order = new();

    private sealed record Attempt(MemberId Asker, int Party, TaskCompletionSource<DisputeJournal?> Ended);

    /// <summary>False where this attempt was begun before.</summary>
    public bool TryBegin(Digest session, MemberId asker, int party)
    {
        lock (_gate)
        {
            bool isNew = _attempts.TryAdd(session, new Attempt(
                asker, party, new TaskCompletionSource<DisputeJournal?>(
                    TaskCreationOptions.RunContinuationsAsynchronously)));
            if (isNew)
            {
                _order.Enqueue(session);
            }

            if (_order.Count > AttemptsMax && _attempts.Remove(_order.Dequeue(), out Attempt? old))
            {
                old.Ended.TrySetResult(null);
            }

            return isNew;
        }
    }

    /// <summary>This party's part of the attempt is over, however it ended.</summary>
    public void End(Digest session, DisputeJournal journal) => Find(session)?.Ended.TrySetResult(journal);

    /// <summary>The word on an attempt that failed here.</summary>
    public byte[] Tell(Digest session, int party, MpcAbortException abort) =>
        PredictionWord.Of(party, abort).Encode(session, key);

    /// <summary>What this validator states about a channel, to the one who asked for the prediction, once its own part
    /// of the attempt has ended. Null where it has no copy.</summary>
    public async Task<byte[]?> StateAsync(MemberId asker, PredictionInquiry inquiry, CancellationToken cancellation)
    {
        if (Find(inquiry.Session) is not { } attempt || attempt.Asker != asker)
        {
            return null;
        }

        DisputeJournal? journal = await attempt.Ended.Task.WaitAsync(cancellation);
        ImmutableArray<Digest>? copies = attempt.Party == inquiry.Accused || attempt.Party == inquiry.Witness
            ? journal?.Find(inquiry.Exchange, inquiry.Accused, inquiry.Witness, inquiry.Reporter) : null;
        return copies is { } told
            ? new PredictionWord(PredictionWordKind.Statement, attempt.Party, inquiry.Exchange, inquiry.Accused,
                inquiry.Witness, inquiry.Reporter, told).Encode(inquiry.Session, key) : null;
    }

    private Attempt? Find(Digest session)
    {
        lock (_gate)
        {
            return _attempts.GetValueOrDefault(session);
        }
    }
}
