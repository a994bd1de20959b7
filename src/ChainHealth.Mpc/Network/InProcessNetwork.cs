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
        var taken = new List<Task>(ExchangeMessages.Parties);
        for (int to = 0; to < ExchangeMessages.Parties; to++)
        {
            if (messages.Outgoing(to) is { IsEmpty: false } message)
            {
                var parcel = new Parcel(message);
                await _mailboxes[Party, to].Writer.WriteAsync(parcel, cancellation);
                taken.Add(parcel.Taken.Task);
            }
        }

        for (int from = 0; from < ExchangeMessages.Parties; from++)
        {
            if (messages.Incoming(from) is { IsEmpty: false } buffer)
            {
                Parcel parcel = await _mailboxes[from, Party].Reader.ReadAsync(cancellation);
                bool fits = parcel.Message.Length == buffer.Length;
                if (fits)
                {
                    parcel.Message.CopyTo(buffer);
                }

                parcel.Taken.SetResult();
                if (!fits)
                {
                    throw new MpcAbortException(AbortCause.WrongLength, messages.Exchange, from, from);
                }
            }
        }

        foreach (Task task in taken)
        {
            await task.WaitAsync(cancellation);
        }
    }

    private sealed class Parcel(ReadOnlyMemory<byte> message)
    {
        public ReadOnlyMemory<byte> Message { get; } = message;

        public TaskCompletionSource Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
