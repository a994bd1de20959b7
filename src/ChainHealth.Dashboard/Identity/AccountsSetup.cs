using ChainHealth.Dashboard.Enrolment;
using ChainHealth.Dashboard.Hosting;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace ChainHealth.Dashboard.Identity;

/// <summary>Accounts: what is registered, its policies, and the database on first start.</summary>
public static class AccountsSetup
{
    public static readonly TimeSpan LockoutTime = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan SessionTime = TimeSpan.FromHours(8);

    private const int PasswordLengthMin = 10;
    private const int PasswordUniqueMin = 5;
    private const int FailuresMax = 5;

    public static void AddAccounts(this IServiceCollection services, DashboardOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string file = Path.Combine(options.StoreFolder, "dashboard.db");
        services.AddDbContextFactory<AccountsDb>(db => db.UseSqlite($"Data Source={file}"));
        services.AddDataProtection()
            .SetApplicationName("ChainHealth.Dashboard")
            .PersistKeysToFileSystem(Directory.CreateDirectory(Path.Combine(options.StoreFolder, "cookie-keys")));
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.AddAuthorization();
        services.AddCascadingAuthenticationState();
        services.AddIdentityCore<Account>(SetPolicies)
            .AddRoles<IdentityRole>()
            .AddEntityFrameworkStores<AccountsDb>()
            .AddSignInManager()
            .AddDefaultTokenProviders()
            .AddPasswordValidator<CommonPasswords>();
        services.AddScoped<IUserConfirmation<Account>, ApprovalRequired>();
        services.AddScoped<AuthenticationStateProvider, CircuitRevalidation>();
        services.Configure<SecurityStampValidatorOptions>(o => o.ValidationInterval = CircuitRevalidation.Interval);
        services.ConfigureApplicationCookie(cookie =>
        {
            cookie.Cookie.Name = "chainhealth";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.ExpireTimeSpan = SessionTime;
            cookie.SlidingExpiration = true;
            cookie.LoginPath = Urls.LogIn;
            cookie.AccessDeniedPath = Urls.Denied;
        });
        services.AddHttpContextAccessor();
        services.AddScoped<LogIn>();
        services.AddScoped<Newcomers>();
        services.AddScoped<TwoFactorSetup>();
        services.AddSingleton<SetupLinks>();
        services.AddSingleton<AccountNotices>();
        services.AddSingleton<AccountDirectory>();
        services.AddSingleton<EnrolmentCodes>();
        services.AddSingleton<EnrolmentGate>();
        services.AddSingleton<EnrolmentDesk>();
        services.AddHostedService(provider => provider.GetRequiredService<EnrolmentDesk>());
    }

    /// <summary>Brings the database to the newest schema and the roles into it. The folder is closed to other users of
    /// the machine.</summary>
    public static async Task PrepareAsync(IServiceProvider services, CancellationToken cancellation)
    {
        DashboardOptions options = services.GetRequiredService<DashboardOptions>();
        Directory.CreateDirectory(options.StoreFolder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                options.StoreFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        await using AsyncServiceScope scope = services.CreateAsyncScope();
        var databases = scope.ServiceProvider.GetRequiredService<IDbContextFactory<AccountsDb>>();
        await using AccountsDb db = await databases.CreateDbContextAsync(cancellation);
        await db.Database.MigrateAsync(cancellation);
        var roles = scope.ServiceProvider.GetRequiredService<RoleManager<IdentityRole>>();
        foreach (string role in Roles.All)
        {
            if (!await roles.RoleExistsAsync(role))
            {
                await roles.CreateAsync(new IdentityRole(role));
            }
        }
    }

    private static void SetPolicies(IdentityOptions identity)
    {
        identity.SignIn.RequireConfirmedAccount = true;
        identity.User.RequireUniqueEmail = true;
        identity.Lockout.AllowedForNewUsers = true;
        identity.Lockout.MaxFailedAccessAttempts = FailuresMax;
        identity.Lockout.DefaultLockoutTimeSpan = LockoutTime;

        // Length and being unguessed count; forced classes of characters do not (NIST SP 800-63B, 5.1.1.2).
        identity.Password.RequiredLength = PasswordLengthMin;
        identity.Password.RequiredUniqueChars = PasswordUniqueMin;
        identity.Password.RequireDigit = false;
        identity.Password.RequireLowercase = false;
        identity.Password.RequireUppercase = false;
        identity.Password.RequireNonAlphanumeric = false;
    }
}
