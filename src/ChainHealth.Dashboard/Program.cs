using ChainHealth.Client;
using ChainHealth.Dashboard.Chain;
using ChainHealth.Dashboard.Hosting;

if (!DashboardOptions.TryParse(args, out DashboardOptions? options, out string fault))
{
    await Console.Error.WriteLineAsync($"{fault}\n{DashboardOptions.Usage}");
    return 2;
}

using var life = new ProgramLife(options.ParentPid);
await using WebApplication app = DashboardApp.Build(options, NetworkChain.From(options));
try
{
    string? link = await DashboardApp.StartAsync(app, life.Stopping);
    if (link is not null)
    {
        Console.WriteLine($"administrator link: {link}");
    }
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or Microsoft.Data.Sqlite.SqliteException)
{
    await Console.Error.WriteLineAsync($"cannot start the dashboard: {e.Message}");
    return 1;
}

Console.WriteLine($"ready {options.Member}");
await app.WaitForShutdownAsync(life.Stopping);
return 0;
