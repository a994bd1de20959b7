namespace ChainHealth.Mpc;

/// <summary>Several computations of one session that do not depend on each other, in step: what they send in an
/// exchange travels in one message to each party, under one tag for each channel, so together they take as many
/// exchanges as the longest. Between two exchanges each strand runs until it has announced its part of the next one,
/// then each writes it: always one after another, in the order given, so that operation ids stay in step at all
/// parties.</summary>
internal sealed class Lockstep
{
    private readonly MpcSession _session;
    private readonly Strand[] _strands;
    private Strand? _running;
    private Exchange? _next;

    private Lockstep(MpcSession session, IEnumerable<Func<ValueTask>> strands)
    {
        _session = session;
        _strands = [.. strands.Select(s => new Strand(s))];
    }

    /// <summary>Ends when all strands have; the first fault of one, or of an exchange, ends all.</summary>
    public static async ValueTask RunAsync(
        MpcSession session, IReadOnlyList<Func<ValueTask>> strands, CancellationToken cancellation)
    {
        if (strands.Count == 1)
        {
            await strands[0]();
            return;
        }

        if (session.Lockstep is not null)
        {
            throw new InvalidOperationException("strands do not run within strands");
        }

        var lockstep = new Lockstep(session, strands);
        session.Lockstep = lockstep;
        try
        {
            await lockstep.RunAsync(cancellation);
        }
        catch (Exception e)
        {
            Array.ForEach(lockstep._strands, s => s.Fail(e));
            throw;
        }
        finally
        {
            session.Lockstep = null;
        }
    }

    /// <summary>The exchange that comes next, which all who take part share.</summary>
    public Exchange Join() => _next ??= new Exchange(_session);

    public ValueTask AnnouncedAsync() => _running!.WaitAsync(StrandState.Announced);

    public ValueTask WrittenAsync() => _running!.WaitAsync(StrandState.Written);

    /// <summary>Takes no part in the next exchange.</summary>
    public ValueTask PassAsync() => _running!.WaitAsync(StrandState.Passing);

    private async ValueTask RunAsync(CancellationToken cancellation)
    {
        foreach (Strand strand in _strands)
        {
            Run(strand, starts: true);
        }

        while (_strands.Any(s => !s.IsDone))
        {
            Exchange exchange = _next ?? throw new InvalidOperationException("all strands wait for each other");
            _next = null;
            exchange.Allocate();
            foreach (Strand strand in _strands.Where(s => s.State == StrandState.Announced && !s.IsDone))
            {
                Run(strand);
            }

            Attribute(Array.Find(_strands, s => s.State == StrandState.Written && !s.IsDone));
            await exchange.SendAsync(cancellation);
            foreach (Strand strand in _strands.Where(s => !s.IsDone))
            {
                Run(strand);
            }

            exchange.ReleaseIncoming();
        }
    }

    private void Run(Strand strand, bool starts = false)
    {
        Attribute(strand);
        _running = strand;
        if (starts)
        {
            strand.Start();
        }
        else
        {
            strand.Resume();
        }

        strand.Step = _session.Profile?.Current ?? strand.Step;
    }

    private void Attribute(Strand? strand)
    {
        if (strand is not null)
        {
            _session.Profile?.Enter(strand.Step);
        }
    }
}
