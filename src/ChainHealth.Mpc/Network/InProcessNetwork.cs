using System.Threading.Channels;

namespace ChainHealth.Mpc;

/// <summary>Four parties in one process, for tests and the in-process benchmark. The receiver copies straight out of
/// the sender's memory; the sender's call returns when all its messages were taken.</summary>
public sealed class InProcessNetwork : IPartyNetwork
{
    private readonly Channel<Parcel>[,] _mailboxes;

    private InProcessNetwork(int party, Channel<Parcel>[,] mailboxes)
    {
        Party = party;
        _mailboxes = mailboxes;
    }

    public int Party { get; }

    /// <summary>The four ends of a fresh network.</summary>
    public static InProcessNetwork[] Create()
    {
        var mailboxes = new Channel<Parcel>[ExchangeMessages.Parties, ExchangeMessages.Parties];
        for (int from = 0; from < ExchangeMessages.Parties; from++)
        {
            for (int to = 0; to < ExchangeMessages.Parties; to++)
            {
                mailboxes[from, to] = Channel.CreateBounded<Parcel>(1);
            }
        }

        return [.. Enumerable.Range(0, ExchangeMessages.Parties).Select(p => new InProcessNetwork(p, mailboxes))];
    }

    public async ValueTask ExchangeAsync(ExchangeMessages messages, CancellationToken cancellation)
    {
        var sent = new List<Parcel>(ExchangeMessages.Parties);
        try
        {
            for (int to = 0; to < ExchangeMessages.Parties; to++)
            {
                if (messages.Outgoing(to) is { IsEmpty: false } message)
                {
                    var parcel = new Parcel(message);
                    sent.Add(parcel);
                    await _mailboxes[Party, to].Writer.WriteAsync(parcel, cancellation);
                }
            }

            for (int from = 0; from < ExchangeMessages.Parties; from++)
            {
                if (messages.Incoming(from) is { IsEmpty: false } buffer)
                {
                    await ReceiveAsync(from, buffer, messages.Exchange, cancellation);
                }
            }

            foreach (Parcel parcel in sent)
            {
                await parcel.Taken.WaitAsync(cancellation);
            }
        }
        finally
        {
            // After an abort the sender frees its memory: nobody may copy out of it any longer.
            sent.ForEach(p => p.Withdraw());
        }
    }

    private async ValueTask ReceiveAsync(
        int from, Memory<byte> buffer, ulong exchange, CancellationToken cancellation)
    {
        while (true)
        {
            Parcel parcel = await _mailboxes[from, Party].Reader.ReadAsync(cancellation);
            switch (parcel.Take(buffer.Span))
            {
                case Delivery.Complete:
                    return;
                case Delivery.WrongLength:
                    throw new MpcAbortException(AbortCause.WrongLength, exchange, from, from);
                default:
                    // The sender has stopped: as on a real network, nothing came.
                    continue;
            }
        }
    }

    private enum Delivery
    {
        Complete,
        WrongLength,
        Withdrawn,
    }

    private sealed class Parcel(ReadOnlyMemory<byte> message)
    {
        private readonly Lock _gate = new();
        private readonly TaskCompletionSource _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private ReadOnlyMemory<byte>? _message = message;

        public Task Taken => _taken.Task;

        public Delivery Take(Span<byte> destination)
        {
            lock (_gate)
            {
                if (_message is not { } message)
                {
                    return Delivery.Withdrawn;
                }

                bool fits = message.Length == destination.Length;
                if (fits)
                {
                    message.Span.CopyTo(destination);
                }

                _taken.TrySetResult();
                return fits ? Delivery.Complete : Delivery.WrongLength;
            }
        }

        /// <summary>Waits for a copy that is under way.</summary>
        public void Withdraw()
        {
            lock (_gate)
            {
                _message = null;
            }
        }
    }
}
