using System.Threading.Channels;
using ChainHealth.Federation;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ChainHealth.Cli;

/// <summary>Shows a run while it goes on: a table that redraws itself in a terminal, plain lines elsewhere.</summary>
public sealed class RunView(Terminal terminal)
{
    private readonly Channel<object> _news = Channel.CreateBounded<object>(
        new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly Queue<string> _notices = new();
    private RunMoment? _last;
    private int _roundsShown;
    private string _phaseShown = "";

    /// <summary>From any thread.</summary>
    public void Show(RunMoment moment) => _news.Writer.TryWrite(moment);

    /// <summary>From any thread.</summary>
    public void Show(ChildNotice notice) => _news.Writer.TryWrite(notice);

    /// <summary>Shows what it is given until <paramref name="work"/> is done; its failure is passed on.</summary>
    /// <param name="work">What goes on meanwhile.</param>
    /// <param name="visible">False = only wait.</param>
    public async Task<T> WhileAsync<T>(Task<T> work, bool visible = true)
    {
        if (!visible)
        {
            return await work;
        }

        Task close = work.ContinueWith(
            _ => _news.Writer.TryComplete(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        if (terminal.Interactive)
        {
            await terminal.Console.Live(Drawing()).AutoClear(false).StartAsync(RedrawAsync);
        }
        else
        {
            await foreach (object news in _news.Reader.ReadAllAsync())
            {
                Print(news);
            }
        }

        await close;
        return await work;
    }

    private async Task RedrawAsync(LiveDisplayContext live)
    {
        while (await _news.Reader.WaitToReadAsync())
        {
            while (_news.Reader.TryRead(out object? news))
            {
                Take(news);
            }

            live.UpdateTarget(Drawing());
        }
    }

    private void Take(object news)
    {
        const int noticesMax = 5;
        if (news is RunMoment moment)
        {
            _last = moment;
        }
        else if (news is ChildNotice notice)
        {
            _notices.Enqueue(notice.Text);
            if (_notices.Count > noticesMax)
            {
                _notices.Dequeue();
            }
        }
    }

    private Rows Drawing()
    {
        if (_last is null)
        {
            return new Rows(new Text("waiting for the run on the chain ..."));
        }

        RunState run = _last.Run;
        List<IRenderable> parts =
        [
            RunTable.Build(_last.State, run, _last.Traffic, terminal.Console.Profile.Width),
            new Markup(
                $"[bold]{Markup.Escape(run.Plan.Title)}[/]  round {run.Round} of {run.Plan.Rounds}, phase "
                + $"[yellow]{run.Phase.Name}[/], block {_last.State.Height}"),
            .. _notices.Select(n => new Markup($"[yellow]{Markup.Escape(n)}[/]")),
        ];
        return new Rows(parts);
    }

    private void Print(object news)
    {
        if (news is ChildNotice notice)
        {
            terminal.Line(notice.Text);
            return;
        }

        _last = (RunMoment)news;
        RunState run = _last.Run;
        int finished = run.Ended ? run.Records.Length : run.Records.Length - 1;
        for (; _roundsShown < finished; _roundsShown++)
        {
            terminal.Line(RunTable.Line(_last.State, run, run.Records[_roundsShown], _last.Traffic));
        }

        string phase = run.Round == 0 ? run.Phase.Name : $"round {run.Round}/{run.Plan.Rounds}: {run.Phase.Name}";
        if (phase != _phaseShown)
        {
            terminal.Line(phase);
            _phaseShown = phase;
        }
    }
}
