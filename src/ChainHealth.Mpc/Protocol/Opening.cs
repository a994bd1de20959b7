using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ChainHealth.Mpc;

/// <summary>Opening to all four parties. Party r lacks share r, which the other three hold.</summary>
internal static class Opening
{
    private const int TagWords = MessageTag.Bytes / sizeof(ulong);

    /// <summary>One holder sends, two vouch by tags: 4 elements, 1 exchange. One false tag does no harm, since the
    /// other two holders agree; two false tags convict the sender.</summary>
    public static async ValueTask<ulong[]> OpenAsync(
        MpcSession session, ShareVector x, string what, CancellationToken cancellation)
    {
        session.Record(what, x.Length);
        ulong exchange = session.PeekExchange();
        var messages = new ExchangeMessages { Exchange = exchange };
        var buffers = new RingBuffer[2 * ExchangeMessages.Parties];
        for (int peer = 0; peer < ExchangeMessages.Parties; peer++)
        {
            if (peer == session.Party)
            {
                continue;
            }

            bool sends = SenderTo(peer) == session.Party;
            RingBuffer outgoing = session.Pool.Rent(sends ? x.Length : TagWords);
            RingBuffer incoming = session.Pool.Rent(SenderTo(session.Party) == peer ? x.Length : TagWords);
            (buffers[2 * peer], buffers[(2 * peer) + 1]) = (outgoing, incoming);
            WriteMessage(session, x, exchange, peer, sends, outgoing);
            messages.Send(peer, outgoing.Memory[..Bytes(sends ? x.Length : TagWords)]);
            messages.Await(peer, incoming.Memory[..Bytes(SenderTo(session.Party) == peer ? x.Length : TagWords)]);
        }

        await session.ExchangeAsync(messages, Bytes(x.Length), cancellation);
        Check(session, exchange, messages, x.Length);
        ulong[] opened = Sum(x, MemoryMarshal.Cast<byte, ulong>(messages.Incoming(SenderTo(session.Party)).Span));
        foreach (RingBuffer buffer in buffers.Where(b => b is not null))
        {
            session.Pool.Return(buffer);
        }

        return opened;
    }

    /// <summary>All three holders send: 12 elements, 1 exchange, and one liar can neither change nor withhold the
    /// value. For what is short and must be delivered: coins and verdicts.</summary>
    public static async ValueTask<ulong[]> OpenByMajorityAsync(
        MpcSession session, ShareVector x, bool bits, string what, CancellationToken cancellation)
    {
        session.Record(what, x.Length);
        ulong exchange = session.PeekExchange();
        var messages = new ExchangeMessages { Exchange = exchange };
        for (int peer = 0; peer < ExchangeMessages.Parties; peer++)
        {
            if (peer != session.Party)
            {
                messages.Send(peer, MemoryMarshal.AsBytes(x.Plane(peer)).ToArray());
                messages.Await(peer, new byte[Bytes(x.Length)]);
            }
        }

        await session.ExchangeAsync(messages, 3L * Bytes(x.Length), cancellation);
        int[] peers = Local.Known(x);
        for (int i = 0; i < peers.Length; i++)
        {
            Span<byte> one = messages.Incoming(peers[i]).Span, other = messages.Incoming(peers[(i + 1) % 3]).Span;
            if (one.SequenceEqual(other))
            {
                return Sum(x, MemoryMarshal.Cast<byte, ulong>(one), bits);
            }
        }

        throw session.Abort(AbortCause.Opening, exchange, peers[0], peers[1]);
    }

    private static int Bytes(int words) => checked(words * sizeof(ulong));

    private static int SenderTo(int receiver) => (receiver + 1) % ExchangeMessages.Parties;

    private static void WriteMessage(
        MpcSession session, ShareVector x, ulong exchange, int receiver, bool sends, RingBuffer message)
    {
        ReadOnlySpan<ulong> missing = x.Plane(receiver);
        if (sends)
        {
            missing.CopyTo(message.Words(x.Length));
            return;
        }

        MessageTag.Compute(session.Keys.Tag(receiver), exchange, SenderTo(receiver), session.Party, receiver,
            MemoryMarshal.AsBytes(missing), MemoryMarshal.AsBytes(message.Words(TagWords)));
    }

    private static void Check(MpcSession session, ulong exchange, ExchangeMessages messages, int words)
    {
        int me = session.Party;
        int sender = SenderTo(me);
        int agreeing = 0;
        Span<byte> expected = stackalloc byte[MessageTag.Bytes];
        foreach (int witness in Enumerable.Range(0, ExchangeMessages.Parties).Where(p => p != me && p != sender))
        {
            MessageTag.Compute(session.Keys.Tag(witness), exchange, sender, witness, me,
                messages.Incoming(sender).Span[..Bytes(words)], expected);
            bool agrees = CryptographicOperations.FixedTimeEquals(expected, messages.Incoming(witness).Span);
            agreeing += agrees ? 1 : 0;
        }

        if (agreeing == 0)
        {
            throw session.Abort(AbortCause.Opening, exchange, sender, sender);
        }
    }

    private static ulong[] Sum(ShareVector x, ReadOnlySpan<ulong> missing, bool bits = false)
    {
        ulong[] sum = missing.ToArray();
        foreach (int j in Local.Known(x))
        {
            ReadOnlySpan<ulong> plane = x.Plane(j);
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] = bits ? sum[i] ^ plane[i] : unchecked(sum[i] + plane[i]);
            }
        }

        return sum;
    }
}
