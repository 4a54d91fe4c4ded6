"""What a WordPress of the tests is made of: its settings, its theme, who and what is there at first."""

CONFIG = """<?php
define('DB_NAME', 'shop'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}'); define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', '{url}'); define('WP_SITEURL', '{url}');
define('WP_ENVIRONMENT_TYPE', 'local'); // application passwords without TLS
define('WP_HTTP_BLOCK_EXTERNAL', true); define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISABLE_WP_CRON', true); define('AUTH_SALT', 'grain'); define('AUTH_KEY', 'wood');
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
RULES = """<?php
// no mail leaves; visitors need not wait between two comments unless a test wants that
add_filter('pre_wp_mail', '__return_true');
if (!get_option('place_flood')) add_filter('wp_is_comment_flood', '__return_false', 99);
"""
ROUTER = """<?php
// files as they are, everything else to WordPress; where place.plain is, no fine addresses
$path = urldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
$root = $_SERVER['DOCUMENT_ROOT'];
if (is_file("$root/place.plain") && str_starts_with($path, '/wp-json')) {
    http_response_code(404);
    echo '<h1>Not Found</h1>';
    return true;
}
if ($path !== '/' && is_file($root . $path)) return false;
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
require "$root/index.php";
return true;
"""
THEME = {
    "style.css": "/* Theme Name: Shop */",
    "index.php": "<?php while (have_posts()) { the_post(); the_title(); comments_template(); }",
    "comments.php": "<?php wp_list_comments(); comment_form();",
}
SEED = """
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('LampCo', 'owner', 'owner@shop.example', true, '', 'not-the-application-password');
update_option('permalink_structure', '/%postname%/');
flush_rewrite_rules(false);
switch_theme('shop');
update_option('comment_previously_approved', 0);
wp_delete_post(1, true);
$made = ['passwords' => [], 'ids' => []];
foreach (json_decode('{roles}', true) as $login => $role) {
    $id = wp_insert_user(['user_login' => $login, 'user_pass' => 'not-this-one', 'role' => $role,
        'user_email' => "$login@shop.example", 'display_name' => ucfirst($login) . ' of LampCo']);
    [$password] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'cxtui']);
    $made['passwords'][$login] = $password;
    $made['ids'][$login] = $id;
}
$made['post'] = wp_insert_post(['post_title' => 'Our new lamp &amp; its light', 'post_name' => 'our-new-lamp',
    'post_content' => 'Tell us.', 'post_status' => 'publish', 'post_author' => $made['ids']['desk']]);
echo json_encode($made);
"""
